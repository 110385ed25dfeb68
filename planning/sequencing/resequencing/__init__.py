"""A better sequence: the plan as a problem of whole numbers, its search, its figures and its explanation."""
