"""The databases of the tests: each is made once and copied for every process that runs tests.

To bring a database up to date takes twenty seconds of a processor, to copy one a tenth of a second. All is made by
psycopg alone: beside the browser's event loop Django would hand out another connection.
"""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import dj_database_url
import psycopg
import pytest

BASE: Final = Path(__file__).resolve().parent.parent
RUN: Final = "MIJN_BUURT_ASSEN_TEST_RUN"
"""In the environment of all processes of one run: what the names of their databases begin with."""


def pytest_configure(config: pytest.Config) -> None:
    """Name the run before its processes start."""
    if not hasattr(config, "workerinput"):
        os.environ[RUN] = f"run_{uuid.uuid4().hex[:12]}"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Drop what the processes copied from."""
    if hasattr(config, "workerinput") or not os.environ.get("DATABASE_URL"):
        return
    with _server() as server:
        for name in _names(server, f"{os.environ[RUN]}%"):
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def migrated() -> str:
    """The name of a database that is up to date and empty, to be copied."""
    return _made_once("migrated", "template1", lambda url: _manage(["migrate", "--verbosity", "0"], url))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, migrated: str) -> None:
    """Let Django's own database for tests be such a copy."""
    from django.db import connections

    connections["default"].settings_dict["TEST"]["TEMPLATE"] = migrated


@pytest.fixture(scope="session")
def demo_url(migrated: str) -> Iterator[str]:
    """The address of a database with the demonstration, loaded as users load it; do not change its rows."""
    loaded = _made_once("demo", migrated, lambda url: _manage(["demo", "--if-empty"], url))
    name = f"demo_{uuid.uuid4().hex[:12]}"
    with _server() as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{loaded}"')
    yield _url(name)
    with _server() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _made_once(what: str, template: str, make: Callable[[str], None]) -> str:
    """Return the name of this run's database for ``what``; whichever process comes first makes it, others wait."""
    name = f"{os.environ[RUN]}_{what}"
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])  # until the connection is closed
        if not _names(server, name):
            server.execute(f'CREATE DATABASE "{name}_begun" TEMPLATE "{template}"')
            make(_url(f"{name}_begun"))
            server.execute(f'ALTER DATABASE "{name}_begun" RENAME TO "{name}"')
    return name


@contextmanager
def _server() -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection to the cluster, on which databases are made and dropped."""
    given = dj_database_url.parse(os.environ["DATABASE_URL"])
    login = {"host": given["HOST"], "user": given["USER"], "dbname": "postgres", "autocommit": True}
    login |= {key: given[key.upper()] for key in ("port", "password") if given[key.upper()]}
    with psycopg.connect(**login) as connection:
        yield connection


def _names(server: psycopg.Connection[Any], pattern: str) -> list[str]:
    return [name for (name,) in server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])]


def _url(name: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def _manage(arguments: list[str], url: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE,
        env={**os.environ, "DATABASE_URL": url},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"manage.py {' '.join(arguments)}:\n{done.stdout}\n{done.stderr}"
