"""From what was said to what holds: precedence, derived names, instants."""
