"""From a bare machine to a running command, in order: environment, browser libraries, database, Django."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from geo import postgis
from geo.machine import environment, testing, texts
from geo.machine.console import SetupError, say

BASE = Path(__file__).resolve().parent.parent.parent
WITHOUT_DATABASE = {"help", "version", "--help", "-h", "--version", "texts"}
"""Commands that ask nothing of the database."""


def run_command(argv: list[str]) -> int:
    """Run ``manage.py`` with these arguments; return its exit status.

    Every failure of the set-up ends in one sentence on standard error and status 1.
    """
    command = argv[1] if len(argv) > 1 else "help"
    try:
        environment.ensure_venv(BASE)
        _enter_venv(argv)
        texts.compile_texts(BASE)
        if command == "test":
            return testing.run_tests(BASE, argv[2:])
        if command not in WITHOUT_DATABASE:
            _ensure_services()
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    except OSError as error:
        if error.errno == 28:  # ENOSPC
            say("The disk is full; free at least 3 GB and start again.")
            return 1
        raise
    return _django(argv)


def _ensure_services() -> None:
    """Bring what every command on the data needs: the browser libraries, and the database.

    Not only ``up``: who deploys starts with ``migrate`` and serves without it, and exports inline the libraries.
    """
    environment.ensure_browser_libraries(BASE)
    if not os.environ.get("DATABASE_URL"):
        started = postgis.cluster(BASE).start()
        # Only ``up`` stops the database again, and only where it was the one that started it.
        os.environ["MBA_STARTED_DATABASE"] = "1" if started else ""


def _enter_venv(argv: list[str]) -> None:
    """Go on inside the project's environment, where we are not there yet."""
    python = environment.venv_python(BASE)
    if Path(sys.prefix).resolve() != (BASE / ".venv").resolve():
        os.execv(python, [str(python), str(BASE / "manage.py"), *argv[1:]])  # noqa: S606


def _django(argv: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planning.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(argv)
    return 0


def stop_on_signals() -> None:
    """Turn SIGTERM into KeyboardInterrupt, so that both ways of stopping clean up alike.

    SIGINT too: a shell that starts us in the background has it ignored, and then Python leaves it so.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)
