"""The workflow orchestrator's files: `.env`, compose file and runbook, from facts that were measured."""
