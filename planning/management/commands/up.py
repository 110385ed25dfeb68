"""``manage.py up``: migrate, load the demonstration once, and serve and work until stopped."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from geo import postgis
from geo.machine.bootstrap import stop_on_signals
from geo.machine.console import say, step
from geo.postgis import POSTGIS_AT_LEAST
from planning.management.processes import Child

PATIENCE_S = 60
LOOK_EVERY_S = 0.5


class Command(BaseCommand):
    """Serve the planning service on this machine."""

    help = "Sets everything up and serves the planning service; Ctrl-C stops it and loses nothing."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the address to serve on."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2, help="server processes (2)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until interrupted."""
        host, port = options["host"], options["port"]
        address = f"http://{host}:{port}/"
        # Tests bring a lock of their own, so that they pass while the service runs.
        lock = _take_lock(Path(os.environ.get("MBA_LOCK") or settings.BASE_DIR / ".data" / "up.lock"), address)
        if lock is None:
            return
        stop_on_signals()
        # Mails point to the site, from pages and from background work alike.
        environment = {"SITE_URL": address.replace("//0.0.0.0:", "//127.0.0.1:"), **os.environ}
        server = _server(host, port, options["workers"], environment)
        worker = _worker(environment)
        try:
            _check_port(host, port)
            _check_database()
            with step("bringing the database up to date"):
                call_command("migrate", interactive=False, verbosity=0)
            call_command("demo", if_empty=True)
            # The accounts must be read now, also where the output is a pipe.
            sys.stdout.flush()
            connection.close()
            server.start()
            worker.start()
            _wait_until_healthy(server, address)
            say(f"Mijn Buurt Assen: {address}   (Ctrl-C stops it)")
            while server.status is None:
                if worker.keep():
                    say("The background worker had stopped by itself and was started again.")
                time.sleep(LOOK_EVERY_S)
            raise CommandError(f"The server stopped by itself with status {server.status}; its messages stand above.")
        except KeyboardInterrupt:
            say("Stopping …")
        finally:
            # The worker first: what it is doing is put back, to go on at the next start.
            worker.stop()
            server.stop()
            if os.environ.get("MBA_STARTED_DATABASE"):
                connection.close()
                postgis.cluster(settings.BASE_DIR).stop()
            lock.close()


def _take_lock(path: Path, address: str) -> IO[str] | None:
    """Return the lock of this checkout, or None (having said so) where it runs already."""
    path.parent.mkdir(exist_ok=True)
    lock = path.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        try:
            running = json.loads(lock.read())["address"]
        except (ValueError, KeyError):
            running = "another terminal"
        say(f"Mijn Buurt Assen runs already: {running}")
        lock.close()
        return None
    lock.truncate(0)
    lock.write(json.dumps({"address": address, "pid": os.getpid()}))
    lock.flush()
    return lock


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} cannot be used ({error.strerror}); choose another with --port."
            ) from error


def _check_database() -> None:
    """Refuse a database that cannot be reached or has no PostGIS of use."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT default_version FROM pg_available_extensions WHERE name = 'postgis'")
            row = cursor.fetchone()
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        raise CommandError(f"The database of DATABASE_URL cannot be reached ({reason}); check the address.") from error
    if row is None:
        raise CommandError("The database server has no PostGIS; install PostGIS 3.1 or newer there.")
    version = tuple(int(part) for part in row[0].split(".")[:2])
    if version < POSTGIS_AT_LEAST:
        raise CommandError(f"PostGIS {row[0]} is too old; install PostGIS 3.1 or newer on the database server.")


def _server(host: str, port: int, workers: int, environment: dict[str, str]) -> Child:
    command = [
        sys.executable, "-m", "granian", "--interface", "asginl", "--host", host, "--port", str(port),
        "--workers", str(workers), "--log-level", "warning", "--respawn-failed-workers",
        "planning.asgi:application",
    ]  # fmt: skip
    return Child(command, settings.BASE_DIR, environment)


def _worker(environment: dict[str, str]) -> Child:
    return Child([sys.executable, "manage.py", "procrastinate", "worker"], settings.BASE_DIR, environment)


def _wait_until_healthy(server: Child, address: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    probe = address.replace("//0.0.0.0:", "//127.0.0.1:") + "healthz"
    with step("starting the server"):
        while time.monotonic() < deadline:
            if server.status is not None:
                raise CommandError("The server did not start; its messages stand above.")
            try:
                with urllib.request.urlopen(probe, timeout=2):  # noqa: S310 - our own address
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
    raise CommandError(f"The server did not answer within {PATIENCE_S} s; its messages stand above.")
