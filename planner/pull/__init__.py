"""What was changed on Synapse and kept, back into the files: pure, from what was read to how files would be."""
