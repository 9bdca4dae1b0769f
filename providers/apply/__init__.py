"""Apply: walks a plan, operation by operation, and tells the truth about what happened."""
