"""What can go wrong, as errors that say in plain words what and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class ClientError(Exception):
    """Something stands between you and the service."""


class UnreachableError(ClientError):
    """The service did not answer, or what answered is not this service."""


class ProblemError(ClientError):
    """The service refused, and says why (RFC 9457).

    Parameters
    ----------
    status, title, detail
        The HTTP status, and what is wrong in words.
    errors
        What is wrong where: ``detail``, and ``parameter`` (of a question) or ``pointer`` (into what was sent).
    """

    def __init__(self, status: int, title: str, detail: str = "", errors: Sequence[Mapping[str, str]] = ()) -> None:
        self.status, self.title, self.detail, self.errors = status, title, detail, list(errors)
        where = [
            f"{each.get('parameter') or each.get('pointer', '')}: {each.get('detail', '')}" for each in self.errors
        ]
        said = [text for text in (detail, *where) if text and text != title]
        super().__init__(f"{title} ({status}). {' '.join(said)}".strip())


class NotFoundError(ProblemError):
    """It is not there, or it is not yours to see."""


class NotAllowedError(ProblemError):
    """Sign in with a token that may do this."""


class ChangedMeanwhileError(ProblemError):
    """Somebody else changed it since you read it: read it again, and look what is new. Nothing was overwritten."""


_BY_STATUS: Mapping[int, type[ProblemError]] = {
    401: NotAllowedError,
    403: NotAllowedError,
    404: NotFoundError,
    409: ChangedMeanwhileError,
    412: ChangedMeanwhileError,
}


def problem(status: int, reason: str, body: Any) -> ProblemError:
    """Return the error for an answer; ``body`` is a problem, or whatever else came."""
    said = body if isinstance(body, Mapping) else {}
    errors = [each for each in said.get("errors", ()) if isinstance(each, Mapping)]
    title, detail = str(said.get("title") or reason), str(said.get("detail") or "")
    return _BY_STATUS.get(status, ProblemError)(status, title, detail, errors)
