"""Servers to measure over HTTP: ours and tipg, each one process, and who asks them.

    python -m tests.benchmarks.serving PORT SECONDS < requests.json

asks a server on this machine from a process of its own and prints how many answers a second came.
"""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from tests.benchmarks.measuring import BASE

TIPG = ("tipg==1.6.1", "uvicorn[standard]")
CONNECTIONS = 4
"""Asked over at once; more would only queue on two cores."""

PATIENCE_S = 60


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _server(command: Sequence[str | Path], port: int, **environment: str) -> Iterator[int]:
    process = subprocess.Popen(command, cwd=BASE, env={**os.environ, **environment})
    try:
        for _ in range(PATIENCE_S * 10):
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} stopped by itself")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def served(url: str, application: str = "planning.asgi:application") -> Iterator[int]:
    """Serve the product, or another application, as it is deployed, with one worker; yield the port."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "asginl", "--port", str(port), "--workers", "1",
        "--log-level", "warning", application,
    ]  # fmt: skip
    with _server(command, port, DATABASE_URL=url, ALLOWED_HOSTS="127.0.0.1"):
        yield port


class Peer:
    """tipg in an environment of its own, made while the first city is loaded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "tipg"
        script = f"{sys.executable} -m venv {self.folder} && {self.folder}/bin/pip install --quiet {' '.join(TIPG)}"
        self._making = subprocess.Popen(["sh", "-c", script], stderr=subprocess.PIPE, text=True)

    @contextmanager
    def served(self, url: str) -> Iterator[int]:
        """Serve the same database with tipg; yield the port.

        Raises
        ------
        RuntimeError
            Where it could not be installed.
        """
        _out, complaints = self._making.communicate() if self._making.returncode is None else ("", "")
        if self._making.returncode != 0:
            raise RuntimeError(f"tipg could not be installed: {complaints}")
        port = free_port()
        command = [
            self.folder / "bin" / "uvicorn", "tipg.main:app", "--port", str(port), "--workers", "1",
            "--log-level", "warning", "--no-access-log",
        ]  # fmt: skip
        address = url.replace("postgis:", "postgresql:")
        with _server(command, port, DATABASE_URL=address, TIPG_DB_SCHEMAS='["public"]', PGOPTIONS=""):
            yield port


class Asker:
    """One client that keeps its connection, and does as little as it can for an answer."""

    def __init__(self, port: int) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), 120)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        """Return status, body and headers; names of headers come with ``_`` for ``-``."""
        status, head, body = self.answer(request(path, **headers).encode())
        lines = (line.partition(":") for line in head.decode("latin-1").split("\r\n")[1:])
        return status, body, {name.lower(): text.strip() for name, _colon, text in lines}

    def answer(self, asked: bytes) -> tuple[int, bytes, bytes]:
        """Send a request as it stands; return the status, the head and the body of the answer.

        Raises
        ------
        ConnectionError
            Where the server hangs up, or sends another length than it says.
        """
        self.line.sendall(asked)
        got = self._more()
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _end, body = got.partition(b"\r\n\r\n")
        _before, found, after = head.lower().partition(b"\r\ncontent-length:")
        status = int(head[9:12])
        length = int(after.split(b"\r\n", 1)[0]) if found and status != HTTPStatus.NOT_MODIFIED else 0
        pieces, here = [body], len(body)
        while here < length:
            pieces.append(self._more())
            here += len(pieces[-1])
        if here != length:
            raise ConnectionError(f"{here} bytes came of {length}: {head!r}")
        return status, head, b"".join(pieces)

    def _more(self) -> bytes:
        got = self.line.recv(1 << 20)
        if not got:
            raise ConnectionError("the server hung up")
        return got


def request(path: str, **headers: str) -> str:
    """Return a request as it goes over the line."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items())]
    return "\r\n".join(lines) + "\r\n\r\n"


def throughput(port: int, requests: Sequence[str], seconds: float, status: int) -> float:
    """Return how many of these answers a second come to another process; each must have the ``status``."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.serving", str(port), str(seconds)],
        cwd=BASE, input=json.dumps(requests), capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert set(told["statuses"]) == {status}, told
    return float(told["a_second"])


def _ask_on(port: int, requests: Sequence[bytes], first: int, until: float, statuses: list[int]) -> None:
    """Ask over one connection, one after the other."""
    asker = Asker(port)
    for number in itertools.count(first):
        if time.perf_counter() > until:
            return
        statuses.append(asker.answer(requests[number % len(requests)])[0])


def main() -> int:
    """Ask, and print what came."""
    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    requests = [text.encode() for text in json.load(sys.stdin)]
    statuses: list[int] = []
    begun = time.perf_counter()
    askers = [
        threading.Thread(target=_ask_on, args=(port, requests, number * 7, begun + seconds, statuses))
        for number in range(CONNECTIONS)
    ]
    for each in askers:
        each.start()
    for each in askers:
        each.join()
    print(json.dumps({"a_second": len(statuses) / (time.perf_counter() - begun), "statuses": sorted(set(statuses))}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
