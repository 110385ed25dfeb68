"""The private PostGIS cluster: found or installed, started, stopped. Standard library only.

It listens on a unix socket in a folder of our own and on no TCP port, and its data folder is ours alone,
so it never meets the system's cluster. PostgreSQL refuses to run as root; as root the data lives outside the
checkout, where the ``postgres`` user can reach it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from geo.machine import packages
from geo.machine.console import SetupError, step

DATABASE = "mijn_buurt_assen"
OWNER = "mijn_buurt_assen"
POSTGIS_AT_LEAST = (3, 1)
SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432")
"""Length of a socket's folder that Linux still takes (sun_path has 108 bytes, one of them the end)."""

TUNING = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_min_messages": "warning",
}
NO_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""For tests only: a lost test database is made again."""


@dataclass(frozen=True)
class Cluster:
    """One private cluster: where its data and its socket are, and as whom it runs."""

    data: Path
    socket: Path
    durable: bool = True

    @property
    def url(self) -> str:
        """Return the address of our database in this cluster."""
        return f"postgis://{OWNER}@{quote(str(self.socket), safe='')}/{DATABASE}"

    # -- state ----------------------------------------------------------------------------------------

    def is_running(self) -> bool:
        """Return whether the cluster answers on its socket."""
        if not (self.socket / ".s.PGSQL.5432").exists():
            return False
        ready = _pg_run([_binaries(self.data) / "pg_isready", "-q", "-h", self.socket])
        return ready.returncode == 0

    def start(self) -> bool:
        """Make the cluster where it is not there yet, and start it; return whether it had to be started.

        Raises
        ------
        SetupError
            Where PostGIS is missing and cannot be installed, is too old, or the cluster does not start.
        """
        binaries = find_or_install(self.data)
        if self.is_running():
            return False
        if not (self.data / "PG_VERSION").exists():
            self._create(binaries)
        self._forget_stale_pid()
        _own(self.socket)
        settings = TUNING | ({} if self.durable else NO_DURABILITY)
        settings["unix_socket_directories"] = str(self.socket)
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        log = self.data.parent / f"{self.data.name}.log"
        with step("starting the database"):
            done = _pg_run([binaries / "pg_ctl", "-D", self.data, "-w", "-t", "90", "-l", log, "-o", options, "start"])
        if done.returncode != 0 or not self.is_running():
            raise SetupError(f"The database did not start; its log {log} says why.")
        self._ensure_database(binaries)
        return True

    def stop(self) -> None:
        """Stop the cluster, finishing what it is doing; nothing is lost."""
        if (self.data / "postmaster.pid").exists():
            _pg_run([_binaries(self.data) / "pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop"])

    def destroy(self) -> None:
        """Stop the cluster at once and remove all its data: for tests."""
        if (self.data / "postmaster.pid").exists():
            _pg_run([_binaries(self.data) / "pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop"])
        for folder in (self.data, self.socket):
            shutil.rmtree(folder, ignore_errors=True)
        (self.data.parent / f"{self.data.name}.log").unlink(missing_ok=True)

    # -- steps ----------------------------------------------------------------------------------------

    def _create(self, binaries: Path) -> None:
        """Make the data folder, whole or not at all: a half-made one is thrown away."""
        _own(self.data.parent)
        making = self.data.with_name(f"{self.data.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        with step("making the database cluster"):
            # Trust is safe here: only who may enter the socket's folder can connect, and that is us alone.
            done = _pg_run(
                [binaries / "initdb", "-D", making, "-U", OWNER, "-A", "trust", "-E", "UTF8",
                 "--locale=C.UTF-8", "--no-instructions", *([] if self.durable else ["--no-sync"])]
            )  # fmt: skip
        if done.returncode != 0:
            said = done.stdout.decode(errors="replace")
            shutil.rmtree(making, ignore_errors=True)
            if "No space left" in said:
                raise SetupError("The disk is full; free at least 3 GB and start again.")
            raise SetupError(f"The database cluster could not be made in {self.data.parent}: {_last_line(said)}")
        making.rename(self.data)

    def _forget_stale_pid(self) -> None:
        """Remove a pid file that a killed machine left, where that number now belongs to something else."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            command = b""
        if b"postgres" not in command:
            pid_file.unlink(missing_ok=True)
            return
        # One of ours that is still starting up or recovering: give it a moment.
        for _ in range(100):
            if self.is_running() or not Path(f"/proc/{pid}").exists():
                return
            time.sleep(0.1)

    def _ensure_database(self, binaries: Path) -> None:
        there = _pg_run(
            [binaries / "psql", "-h", self.socket, "-U", OWNER, "-d", "postgres", "-Atc",
             f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"]  # noqa: S608 - a constant
        )  # fmt: skip
        if there.stdout.strip() != b"1":
            _pg_run([binaries / "createdb", "-h", self.socket, "-U", OWNER, DATABASE])


def cluster(base: Path) -> Cluster:
    """Return the cluster of this checkout, made or not; starts nothing."""
    root = _home(base)
    return Cluster(data=root / "postgres", socket=_socket_folder(root / "run", base, "run"))


def test_cluster(base: Path) -> Cluster:
    """Return a cluster for one run of the tests, durability off; every run has its own."""
    root, name = _home(base), f"test-{os.getpid()}"
    return Cluster(data=root / name, socket=_socket_folder(root / f"run-{name}", base, name), durable=False)


def url(base: Path) -> str:
    """Return the address of this checkout's private database; starts nothing."""
    return cluster(base).url


def _home(base: Path) -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/mijn-buurt-assen") / _fingerprint(base)
    return base / ".data"


def _socket_folder(wanted: Path, base: Path, name: str) -> Path:
    if len(str(wanted)) <= SOCKET_PATH_LIMIT:
        return wanted
    return Path("/tmp") / f"mba-{os.getuid()}-{_fingerprint(base)}-{name}"  # noqa: S108 - owned, mode 700


def _fingerprint(base: Path) -> str:
    return hashlib.sha256(str(base.resolve()).encode()).hexdigest()[:10]


# -- PostgreSQL's programs ------------------------------------------------------------------------------


def find_or_install(data: Path) -> Path:
    """Return the folder with PostgreSQL's programs that has PostGIS, installing it with apt where we may.

    Raises
    ------
    SetupError
        Where it is missing and cannot be installed, or PostGIS is too old.
    """
    found = _find(data)
    if found is None:
        version = _data_version(data)
        number = str(version) if version else "[0-9]+"
        packages.install(pattern=f"^postgresql-{number}-postgis-3$", why="PostGIS")
        found = _find(data)
    if found is None:
        raise SetupError("PostgreSQL with PostGIS is not found after installing it; install it by hand.")
    return found


def _binaries(data: Path) -> Path:
    found = _find(data)
    if found is None:
        raise SetupError("PostgreSQL with PostGIS is not found; run: python3 manage.py up")
    return found


def _find(data: Path) -> Path | None:
    """Return the newest PostgreSQL with PostGIS, or the very version that made ``data``."""
    wanted = _data_version(data)
    too_old = None
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True)
    for folder in candidates:
        version = folder.parent.name
        if wanted is not None and version != wanted:
            continue
        control = Path("/usr/share/postgresql") / version / "extension" / "postgis.control"
        if not (folder / "initdb").exists() or not control.exists():
            continue
        stated = re.search(r"default_version\s*=\s*'(\d+)\.(\d+)", control.read_text())
        if stated and (int(stated[1]), int(stated[2])) < POSTGIS_AT_LEAST:
            too_old = f"{stated[1]}.{stated[2]}"
            continue
        return folder
    if too_old:
        raise SetupError(f"PostGIS {too_old} is too old; install PostGIS 3.1 or newer and start again.")
    return None


def _data_version(data: Path) -> str | None:
    try:
        return (data / "PG_VERSION").read_text().strip()
    except OSError:
        return None


def _pg_run(command: list[object]) -> subprocess.CompletedProcess[bytes]:
    """Run one of PostgreSQL's programs, as the postgres user where we are root."""
    account = {}
    if os.geteuid() == 0:
        try:
            entry = pwd.getpwnam("postgres")
        except KeyError as error:
            raise SetupError("There is no user postgres; run up as an ordinary user instead.") from error
        account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return subprocess.run(  # type: ignore[call-overload]  # noqa: S603
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        cwd="/",
        **account,
    )


def _own(folder: Path) -> None:
    """Make ``folder`` so that only PostgreSQL's user can enter it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            os.chown(folder, entry.pw_uid, entry.pw_gid)
            with contextlib.suppress(PermissionError):
                folder.chmod(0o700)
        elif folder.name != ".data":
            folder.chmod(0o700)
    except OSError as error:
        raise SetupError(f"The folder {folder} cannot be made ({error.strerror}); free it and retry.") from error


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


__all__ = ["DATABASE", "OWNER", "Cluster", "cluster", "find_or_install", "test_cluster", "url"]
