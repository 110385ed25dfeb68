"""Keys that this machine keeps for itself, where the environment does not give them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(base: Path, name: str = "secret_key") -> str:
    """Return the key of this name kept in the data folder of ``base``; make it, readable by us alone, on first use."""
    path = base / ".data" / name
    try:
        return path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(50))
    try:
        # Of two processes that start together, the first one's key stays.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text()
