"""What an organizer may say: models, YAML with positions, diagnostics, rules, pages, schema."""
