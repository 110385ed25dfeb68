"""Pages on which partners come to one plan: scenarios, proposals and slips."""
