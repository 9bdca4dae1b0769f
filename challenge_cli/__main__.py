"""`python -m challenge_cli` is `challenge`."""

from challenge_cli.main import main

main()
