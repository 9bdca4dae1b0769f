"""How fast: every figure is a ratio to a baseline measured in the same run. Run by `make bench`."""
