"""Set-up of a machine: what must be there before Django can run. Standard library only."""
