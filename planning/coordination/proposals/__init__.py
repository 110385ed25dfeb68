"""Proposals: sent to the owners, answered per work, and applied as far as all agree who depend on each other."""
