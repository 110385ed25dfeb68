"""The house: imports go one way, and a room tells one story."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parent.parent
LONGEST = 350


def run(*command: str) -> subprocess.CompletedProcess[str]:
    binaries = BASE / ".venv" / "bin"
    return subprocess.run(
        [str(binaries / command[0]), *command[1:]], cwd=BASE, capture_output=True, text=True, check=False
    )


def test_imports_go_one_way() -> None:
    done = run("lint-imports")
    assert done.returncode == 0, done.stdout


def test_the_code_is_clean_for_ruff() -> None:
    done = run("ruff", "check", ".")
    assert done.returncode == 0, done.stdout


def test_the_types_are_clean_for_mypy() -> None:
    done = run("mypy")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("folder", ["geo", "planning"])
def test_no_file_has_two_subjects(folder: str) -> None:
    long = {
        str(path.relative_to(BASE)): count
        for path in (BASE / folder).rglob("*")
        if path.suffix in {".py", ".mjs", ".html"} and "migrations" not in path.parts
        for count in [len(path.read_text().splitlines())]
        if count > LONGEST
    }
    assert long == {}
