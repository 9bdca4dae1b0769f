"""One file for each family of kinds: how it is read, found again, created, updated and deleted."""
