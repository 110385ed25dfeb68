"""Files that people send are kept apart, and not for long."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from geo import uploads


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_an_upload_keeps_its_content_and_nothing_of_its_name_but_the_suffix():
    path = uploads.keep(SimpleUploadedFile("../../etc/Werken.XLSX", b"inhoud"))
    assert path.read_bytes() == b"inhoud"
    assert path.suffix == ".xlsx"
    assert path.parent.parent == Path(tempfile.gettempdir())
    assert path.parent.stat().st_mode & 0o077 == 0
    uploads.discard(path)
    assert not path.parent.exists()


def test_a_kept_upload_is_gone_after_the_block_even_when_it_fails():
    with pytest.raises(RuntimeError), uploads.kept(SimpleUploadedFile("a.csv", b"1")) as path:
        raise RuntimeError
    assert not path.exists()


def test_what_was_left_over_a_day_ago_is_swept_and_the_rest_stays():
    old, new = (uploads.keep(SimpleUploadedFile("a.csv", b"1")) for _ in range(2))
    other = Path(tempfile.mkdtemp(prefix="van-een-ander-"))
    long_ago = time.time() - 2 * uploads.LONGEST_KEPT_S
    for folder in (old.parent, other):
        os.utime(folder, (long_ago, long_ago))
    uploads.sweep()
    assert not old.exists()
    assert new.exists()
    assert other.exists()


def test_discarding_never_removes_a_folder_that_is_not_ours(tmp_path):
    stranger = tmp_path / "werk" / "bestand.csv"
    stranger.parent.mkdir()
    stranger.write_text("1")
    uploads.discard(stranger)
    assert stranger.exists()
