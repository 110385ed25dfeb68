"""The pages of planning: the board, its table, a work's own page, and what follows after demolition."""
