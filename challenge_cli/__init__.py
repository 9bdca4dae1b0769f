"""The `challenge` command: one file per subcommand."""
