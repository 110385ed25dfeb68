"""``manage.py test``: a cluster of its own with durability off, the browser, and pytest on all cores."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from geo import postgis
from geo.machine import environment, packages
from geo.machine.console import SetupError, say

BROWSER_ARGUMENTS = {"-n", "--numprocesses", "--pdb", "--collect-only"}
"""With one of these the caller decides how many processes there are."""


def run_tests(base: Path, arguments: Sequence[str]) -> int:
    """Set up what the tests need, run pytest with ``arguments`` and return its exit status.

    Raises
    ------
    SetupError
        Where something is missing that cannot be installed.
    """
    environment.ensure_browser_libraries(base)
    _ensure_browser()
    _ensure_qgis()
    own = None if os.environ.get("DATABASE_URL") else postgis.test_cluster(base)
    try:
        if own is not None:
            own.start()
            os.environ["DATABASE_URL"] = own.url
        return _pytest(base, arguments)
    finally:
        if own is not None:
            own.destroy()


def _ensure_browser() -> None:
    if shutil.which("chromium"):
        return
    try:
        packages.install("chromium", "fonts-noto-core", why="Chromium for the browser tests")
    except SetupError as error:
        if os.environ.get("CI"):
            raise
        say(f"Browser tests will be skipped: {error}")


def _ensure_qgis() -> None:
    """Fetch QGIS's bindings for Debian's Python where that asks nobody; they are a hundred megabytes."""
    if Path("/usr/lib/python3/dist-packages/qgis").exists() or not (os.environ.get("CI") or os.geteuid() == 0):
        return
    try:
        packages.install("python3-qgis", why="QGIS for the tests of open data")
    except SetupError as error:
        if os.environ.get("CI"):
            raise
        say(f"Tests with QGIS will be skipped: {error}")


def _pytest(base: Path, arguments: Sequence[str]) -> int:
    command = [sys.executable, "-m", "pytest"]
    if not any(argument.split("=")[0] in BROWSER_ARGUMENTS for argument in arguments):
        command += ["-n", str(os.cpu_count() or 2), "--dist", "loadfile", "--no-loadscope-reorder"]
    # The tests stop first, on Ctrl-C and on SIGTERM alike; then the cluster goes.
    process = subprocess.Popen([*command, *arguments], cwd=base)  # noqa: S603
    signal.signal(signal.SIGTERM, lambda number, frame: process.terminate())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)
