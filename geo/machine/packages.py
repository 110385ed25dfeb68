"""Debian and Ubuntu packages: installed where we may, named where we may not."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

from geo.machine.console import SetupError, run, step


def _privilege() -> list[str] | None:
    """Return what to put before apt-get, or None where we may not install."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        allowed = subprocess.run(
            ["sudo", "-n", "true"],  # noqa: S607 - the machine's own sudo
            capture_output=True,
            check=False,
        )
        if allowed.returncode == 0:
            return ["sudo", "-n"]
    return None


def newest_package(pattern: str) -> str | None:
    """Return the last package name, by version number in it, that matches a regular expression."""
    found = run(["apt-cache", "--names-only", "search", pattern], "apt-cache could not be asked.")
    names = [line.split(" - ")[0].strip() for line in found.splitlines() if line.strip()]

    def number(name: str) -> int:
        return int("".join(c for c in name.split("-")[1] if c.isdigit()) or 0) if "-" in name else 0

    return max(names, key=number, default=None)


def update_lists(privilege: Sequence[str]) -> None:
    """Fetch apt's package lists."""
    with step("apt-get update"):
        run(
            [*privilege, "apt-get", "update", "-qq"],
            "apt-get update failed; check the network and start again.",
        )


def install(*names: str, pattern: str | None = None, why: str) -> None:
    """Install packages with apt, or the newest package that matches ``pattern``.

    Raises
    ------
    SetupError
        Where there is no apt, no right to use it, or no network; says the one command that is missing.
    """
    if not shutil.which("apt-get"):
        raise SetupError(f"{why} is missing and this machine has no apt; install it and start again.")
    privilege = _privilege()
    if pattern is not None:
        package = newest_package(pattern)
        if package is None and privilege is not None:
            update_lists(privilege)
            package = newest_package(pattern)
        names = (*names, package or "postgresql-15-postgis-3")
    command = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    if privilege is None:
        raise SetupError(f"{why} is missing; run: sudo {' '.join(command)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    refused = f"{why} could not be installed; check the network and run: {' '.join([*privilege, *command])}"
    with step(f"installing {why} ({' '.join(names)})"):
        try:
            run([*privilege, *command], refused, env=environment)
        except SetupError:
            # A machine that never asked for its package lists knows no package.
            update_lists(privilege)
            run([*privilege, *command], refused, env=environment)
