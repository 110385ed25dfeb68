"""Set-up ends well, or in one sentence that says what to do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from geo.machine import bootstrap, console, environment, packages
from geo.machine.console import SetupError
from geo.machine.secret import secret_key

BASE = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def own_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let `up` in a test not meet the service that somebody may be running from this checkout."""
    monkeypatch.setenv("MBA_LOCK", str(tmp_path / "up.lock"))
    return tmp_path / "up.lock"


def up(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "up", *arguments],
        cwd=BASE,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def sentences(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() and not line.startswith(("·", "  "))]


def test_a_taken_port_is_said_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = up("--port", str(port))
    assert done.returncode == 1
    assert len(sentences(done.stderr)) == 1
    assert f"Port {port}" in done.stderr
    assert "--port" in done.stderr


def test_a_database_that_cannot_be_reached_is_said_in_one_sentence() -> None:
    done = up("--port", "0", DATABASE_URL="postgis://nobody@%2Fnowhere/nothing")
    assert done.returncode == 1
    assert len(sentences(done.stderr)) == 1
    assert "DATABASE_URL cannot be reached" in done.stderr


def test_a_second_up_says_that_it_runs_already(own_lock: Path) -> None:
    import fcntl

    with own_lock.open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write('{"address": "http://127.0.0.1:8123/", "pid": 1}')
        lock.flush()
        done = up()
    assert done.returncode == 0
    assert "runs already: http://127.0.0.1:8123/" in done.stderr


def test_without_rights_the_missing_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_privilege", lambda: None)
    monkeypatch.setattr(packages.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(SetupError, match=r"^Chromium is missing; run: sudo apt-get install .* chromium$"):
        packages.install("chromium", why="Chromium")


def test_without_apt_set_up_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    with pytest.raises(SetupError, match="PostGIS is missing and this machine has no apt"):
        packages.install("postgis", why="PostGIS")


def test_a_failing_program_gives_its_last_line_and_a_full_disk_its_own_sentence() -> None:
    with pytest.raises(SetupError, match=r"It failed\. \(why\)"):
        console.run(["sh", "-c", "echo first; echo why; exit 3"], "It failed.")
    with pytest.raises(SetupError, match=r"^The disk is full; free at least 3 GB and start again\.$"):
        console.run(["sh", "-c", "echo 'write: No space left on device'; exit 1"], "It failed.")


def test_another_python_is_refused_in_one_sentence(tmp_path: Path) -> None:
    code = (
        "import sys, runpy; sys.version_info = (3, 9, 0, 'final', 0); "
        f"sys.argv = ['manage.py', 'up']; runpy.run_path({str(BASE / 'manage.py')!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "MBA_PYTHON_TRIED": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "Python 3.11 is needed; install python3.11 and start again."


def test_the_environment_is_made_anew_only_when_the_requirements_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(environment, "run", lambda command, *_a, **_k: calls.append(str(command[2])) or "")
    monkeypatch.setattr(environment, "_has_pip", lambda python: True)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    environment.venv_python(tmp_path).touch()
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("six==1.17.0\n")
    environment.ensure_venv(tmp_path)
    environment.ensure_venv(tmp_path)
    assert calls == ["pip"]
    requirements.write_text("six==1.16.0\n")
    environment.ensure_venv(tmp_path)
    assert calls == ["pip", "pip"]


def test_the_secret_key_is_made_once_and_read_by_us_alone(tmp_path: Path) -> None:
    first = secret_key(tmp_path)
    assert len(first) >= 50
    assert secret_key(tmp_path) == first
    assert (tmp_path / ".data" / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("command", "fetched"), [("migrate", True), ("export_map", True), ("texts", False)])
def test_who_deploys_without_up_gets_the_browser_libraries_too(
    command: str, fetched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(environment, "ensure_venv", lambda base: None)
    monkeypatch.setattr(environment, "ensure_browser_libraries", asked.append)
    monkeypatch.setattr(bootstrap, "_django", lambda argv: 0)
    monkeypatch.setenv("DATABASE_URL", "postgis://given@%2Felsewhere/db")
    assert bootstrap.run_command(["manage.py", command]) == 0
    assert asked == ([BASE] if fetched else [])
