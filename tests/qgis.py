"""Runs QGIS itself, Debian's, in a process of its own; where it is not installed the test is skipped."""

from __future__ import annotations

import functools
import json
import os
import subprocess
from typing import Any

import pytest

PYTHON = "/usr/bin/python3"
ENVIRONMENT = {"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin"}
START = """
import json, sys
from qgis.core import *
from qgis.PyQt.QtCore import QSize
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False)
app.initQgis()
"""


@functools.cache
def _is_there() -> bool:
    done = subprocess.run([PYTHON, "-c", "import qgis.core"], env=ENVIRONMENT, capture_output=True, check=False)
    return done.returncode == 0


def run(script: str, *arguments: str) -> Any:
    """Run ``script`` in QGIS's Python and return what it prints on its last line, as JSON; skips without QGIS."""
    if not _is_there():
        reason = "QGIS is not installed; run: apt-get install python3-qgis"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    done = subprocess.run(
        [PYTHON, "-c", START + script, *arguments],
        env={**ENVIRONMENT, "HOME": os.environ.get("HOME", "/tmp")},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
