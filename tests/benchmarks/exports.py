"""Exports: the memory and time that one takes in a process of its own.

    python -m tests.benchmarks.exports EXTENSION

writes all works of the database of ``DATABASE_URL`` to a file and prints what it took.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.benchmarks.measuring import BASE


def measure(url: str, forms: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return seconds, size and memory of an export of all works in each form, two at a time."""

    def one(form: str) -> dict[str, float]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.exports", form],
            cwd=BASE, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"the export as {form} failed: {done.stderr}")
        told: dict[str, float] = json.loads(done.stdout)
        return told

    with ThreadPoolExecutor(2) as both:
        return dict(zip(forms, both.map(one, forms), strict=True))


def rows(sizes: Sequence[int], measured: dict[int, dict[str, dict[str, float]]]) -> Iterator[list[str]]:
    """Yield a row for each form: memory at each size, and what the largest took besides."""
    largest = measured[sizes[-1]]
    for form, last in largest.items():
        memory = [f"{measured[size][form]['more_mb']:.0f} MB" for size in sizes]
        yield [f".{form}", *memory, f"{last['seconds']:.0f} s", f"{last['file_mb']:.0f} MB"]


def heads(sizes: Sequence[int]) -> list[str]:
    """Return what stands over the rows."""
    return ["form", *(f"memory at {size:,} works" for size in sizes), f"time at {sizes[-1]:,}", "file"]


def _memory_mb(kind: str) -> float:
    """Return the memory of this process: ``VmRSS`` for now, ``VmHWM`` for the most there was.

    Not what ``resource`` says, which begins with the memory of whoever started the process.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / 1024


def main() -> int:
    """Write one file, and print what it took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planning.settings")
    import django

    django.setup()
    from geo import layers
    from geo.export.base import Export
    from geo.export.formats import formats_of

    layer: Any = layers.get("works")
    form = formats_of("works")[sys.argv[1]]
    with tempfile.TemporaryDirectory(prefix="mba-bench-") as folder:
        # A first export loads libraries, which is no part of what grows.
        small = Path(folder, "small")
        small.mkdir()
        works = layer.records(None).order_by("pk")
        form.write(Export(works.filter(pk__lt=100), layer, None, form, small))
        Path("/proc/self/clear_refs").write_text("5")  # the most there was begins anew
        before, begun = _memory_mb("VmRSS"), time.perf_counter()
        path = form.write(Export(works, layer, None, form, Path(folder)))
        took = time.perf_counter() - begun
        size = path.stat().st_size / 1e6
    print(json.dumps({"more_mb": _memory_mb("VmHWM") - before, "seconds": took, "file_mb": size}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
