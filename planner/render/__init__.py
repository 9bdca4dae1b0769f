"""A plan for people and machines: one JSON document, and text and Markdown rendered from that document alone."""
