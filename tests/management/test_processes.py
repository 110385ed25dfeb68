"""Programs beside ``up``: started again where they die, stopped in order."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from planning.management.processes import Child

WAITS = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)",
]  # fmt: skip


def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come"
        time.sleep(0.02)


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    child = Child(WAITS, tmp_path)
    yield child
    child.stop()


def test_what_dies_is_started_again_and_what_lives_is_left_alone(child: Child) -> None:
    child.start()
    assert child.process is not None
    first = child.process.pid
    assert child.keep() is False
    os.kill(first, signal.SIGKILL)
    until(child.keep)
    assert child.process.pid != first
    assert child.status is None


def test_what_dies_young_again_and_again_is_started_ever_less_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    child = Child([sys.executable, "-c", ""], tmp_path)
    child.start()
    starts = []
    for _ in range(600):
        assert child.process is not None
        child.process.wait(10)
        if child.keep():
            starts.append(now[0])
        now[0] += 0.5
    pauses = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert pauses == sorted(pauses)
    assert 30 <= pauses[-1] <= 31


def test_stopping_ends_it_also_where_it_will_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planning.management.processes.STOP_S", 0.3)
    child = Child(DEAF, tmp_path)
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: popen(*a, **k, stdout=subprocess.PIPE))
    child.start()
    assert child.process is not None
    assert child.process.stdout is not None
    child.process.stdout.readline()  # it is deaf from here
    child.stop()
    assert child.status == -signal.SIGKILL
    child.stop()
