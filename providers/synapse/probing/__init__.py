"""Asking a Synapse how it behaves where nobody wrote it down, in a throw-away project of one's own."""
