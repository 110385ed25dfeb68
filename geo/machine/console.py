"""What set-up tells the person who waits."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 2.0
"""A step that takes longer says what it does."""


class SetupError(Exception):
    """Set-up cannot go on; the message is one sentence that says what to do."""


def say(text: str) -> None:
    """Print a line at once, also where the output is a pipe."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Say what is going on once it takes over two seconds, and how long it took."""
    started = time.monotonic()
    finished = threading.Event()

    def announce() -> None:
        if finished.wait(PATIENCE_S):
            return
        say(f"· {text} …")
        while not finished.wait(20):
            say(f"  … {text}, {time.monotonic() - started:.0f} s")

    speaker = threading.Thread(target=announce, daemon=True)
    speaker.start()
    try:
        yield
    finally:
        finished.set()
        speaker.join()
        took = time.monotonic() - started
        if took > PATIENCE_S:
            say(f"  {text}: {took:.0f} s")


def run(command: Sequence[str | Path], failure: str, **options: object) -> str:
    """Run a program quietly and return what it printed.

    Raises
    ------
    SetupError
        Where it fails: ``failure``, with the last line that the program printed; or, where the disk is full,
        a sentence that says so.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own commands, never a shell
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **options,  # type: ignore[call-overload]
        )
    except OSError as error:
        raise SetupError(f"{failure} ({error})") from error
    output: str = done.stdout
    if done.returncode == 0:
        return output
    if "No space left on device" in output or "ENOSPC" in output:
        raise SetupError("The disk is full; free at least 3 GB and start again.")
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    raise SetupError(f"{failure}" + (f" ({lines[-1][:200]})" if lines else ""))
