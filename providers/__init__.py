"""Where a plan becomes real: apply, Synapse, the orchestrator, workflows, the catalogue."""
