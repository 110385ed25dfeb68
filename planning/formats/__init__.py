"""How dates and numbers are written, where that is not what Django does in a language."""
