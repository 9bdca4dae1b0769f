"""Challenges of other platforms as manifests: one reader for each format, an outline between, and one writer."""
