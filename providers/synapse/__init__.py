"""Synapse: reading and writing through the official client as transport, one file for each family of kinds."""
