"""Read-only pages about everything in the sandbox."""
