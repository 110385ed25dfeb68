"""Files that people send: kept in a folder of their own while they are needed, and never longer than a day."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.core.files.uploadedfile import UploadedFile

PREFIX: Final = "mijn-buurt-assen-upload-"
LONGEST_KEPT_S: Final = 24 * 3600


def keep(file: UploadedFile) -> Path:
    """Write an upload to a new folder that only this service can read; return its path.

    The sender's name gives nothing but the suffix, so that no name can point elsewhere.
    """
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    path = folder / f"bestand{Path(file.name or '').suffix.lower()}"
    with path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    return path


def discard(path: Path) -> None:
    """Remove an upload and its folder; one that is gone already is fine."""
    if path.parent.name.startswith(PREFIX):
        shutil.rmtree(path.parent, ignore_errors=True)


@contextmanager
def kept(file: UploadedFile) -> Iterator[Path]:
    """Keep an upload for as long as the block lasts."""
    path = keep(file)
    try:
        yield path
    finally:
        discard(path)


def sweep(now: float | None = None) -> None:
    """Remove uploads of this service that somebody left over a day ago."""
    oldest = (time.time() if now is None else now) - LONGEST_KEPT_S
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            state = folder.lstat()
            if folder.is_dir() and not folder.is_symlink() and state.st_uid == os.geteuid() and state.st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
