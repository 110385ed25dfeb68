"""The team's own pages: what must be read, counted and given."""
