"""The sequencing board: what stands on it, what an edit may do, and what follows after demolition."""
