"""The private cluster: made, used, killed, started again; never on TCP."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from geo import postgis
from geo.machine.console import SetupError
from geo.postgis import OWNER, Cluster


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    home = Path(f"/var/lib/mijn-buurt-assen/t{os.getpid()}") if os.geteuid() == 0 else tmp_path
    made = Cluster(data=home / "data", socket=home / "run", durable=False)
    yield made
    made.destroy()
    if home != tmp_path:
        subprocess.run(["rm", "-rf", str(home)], check=True)


def connect(cluster: Cluster) -> psycopg.Connection:
    return psycopg.connect(host=str(cluster.socket), user=OWNER, dbname=postgis.DATABASE, autocommit=True)


def test_a_cluster_survives_kill_9_and_listens_on_no_port(cluster: Cluster) -> None:
    assert cluster.start() is True
    assert cluster.start() is False, "a second start finds it running"
    with connect(cluster) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        connection.execute("CREATE EXTENSION postgis")
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
        connection.execute("CHECKPOINT")
    pid = int((cluster.data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            break
        time.sleep(0.05)
    assert not cluster.is_running()

    assert cluster.start() is True
    with connect(cluster) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
    cluster.stop()
    assert not cluster.is_running()


def test_a_pid_file_of_another_program_does_not_stop_the_start(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    # As after a machine that lost power: the number in the file belongs to somebody else now.
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")
    assert cluster.start() is True


def test_only_its_owner_can_enter_the_socket_folder(cluster: Cluster) -> None:
    cluster.start()
    assert cluster.socket.stat().st_mode & 0o077 == 0


def test_a_deep_checkout_gets_a_short_socket_path(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    assert len(f"{postgis.cluster(deep).socket}/.s.PGSQL.5432") <= 107


def test_a_postgis_that_is_too_old_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgis, "POSTGIS_AT_LEAST", (99, 0))
    with pytest.raises(SetupError, match=r"^PostGIS \d+\.\d+ is too old; install PostGIS .* start again\.$"):
        postgis.find_or_install(Path("/nowhere"))
