"""What the benchmarks share: a database that is thrown away, Django upon it, and medians."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from geo import postgis

BASE = Path(__file__).resolve().parents[2]


@contextmanager
def database() -> Iterator[str]:
    """Yield the address of an empty database in a cluster that is thrown away."""
    cluster = postgis.test_cluster(BASE)
    try:
        cluster.start()
        yield cluster.url
    finally:
        cluster.destroy()


def start_django(url: str) -> None:
    """Start Django on a database."""
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planning.settings")
    os.environ.setdefault("ALLOWED_HOSTS", "testserver")
    import django

    django.setup()


def set_up(url: str) -> None:
    """Start Django on a database and bring its tables up to date."""
    start_django(url)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def median(act: Callable[[], object], repeats: int) -> float:
    """Return the median of the seconds that ``act`` takes."""
    taken = []
    for _ in range(repeats):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
