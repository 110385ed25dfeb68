"""What is refused, in one sentence that says what to do."""

from __future__ import annotations


class RefusedError(ValueError):
    """Something that somebody asked and cannot have; the message is one sentence in Dutch.

    ``field`` names what it is about in the form that asked, or is empty.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
