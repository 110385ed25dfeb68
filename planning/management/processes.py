"""Programs that run beside a command until it ends: started, started again where they die, and stopped in order."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

STOP_S: Final = 10.0
"""A program that is asked to stop has so long."""

LIVED_S: Final = 30.0
"""One that ran so long died of something new: it is started again at once."""

PAUSE_AT_MOST_S: Final = 30.0


class Child:
    """One program.

    Parameters
    ----------
    command
        Program and arguments.
    folder
        Where it runs.
    environment
        Its environment; ours where None.
    """

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.command, self.folder, self.environment = list(command), folder, environment
        self.process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = 1.0
        self._again_at: float | None = None

    def start(self) -> None:
        """Start it, in a session of its own: Ctrl-C reaches us alone, and we stop it in order."""
        self._started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own commands, never a shell
            self.command, cwd=self.folder, env=self.environment, start_new_session=True
        )

    @property
    def status(self) -> int | None:
        """Return its exit status; None while it runs."""
        return None if self.process is None else self.process.poll()

    def keep(self) -> bool:
        """Start it again where it died, after a pause that grows while it dies young; return whether it was started."""
        if self.status is None:
            return False
        now = time.monotonic()
        if self._again_at is None:
            self._pause = 1.0 if now - self._started > LIVED_S else min(self._pause * 2, PAUSE_AT_MOST_S)
            self._again_at = now + (0.0 if self._pause == 1.0 else self._pause)
        if now < self._again_at:
            return False
        self._again_at = None
        self.start()
        return True

    def stop(self) -> None:
        """Ask it to stop, and make it where it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
