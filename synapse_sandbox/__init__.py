"""A Synapse-compatible REST server on your own machine, over SQLite."""
