"""What an agent is: roles, workflows, deliverables, prompts, providers, checks. Knows nothing of sessions."""
