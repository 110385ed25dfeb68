"""``manage.py psplib``: solve the scheduling field's own instances with the engine of this service."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from planning.sequencing.scheduling.cpsat import solve
from planning.sequencing.scheduling.files import InstanceError, read_instance


class Command(BaseCommand):
    """Print one JSON object a line: file, status, makespan, bound and seconds."""

    help = "Solves PSPLIB .sm and RCPSP/max .sch files; prints one JSON object a line."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the files and the limits."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--seconds", type=float, default=10.0, help="time limit per file (10)")
        parser.add_argument("--workers", type=int, default=2, help="threads (2)")
        parser.add_argument("--seed", type=int, default=0)

    def handle(self, *args: Any, **options: Any) -> None:
        """Solve every file; a file that cannot be read is said at the end, after the others."""
        if options["seconds"] <= 0 or options["workers"] < 1:
            raise CommandError("--seconds must be above 0 and --workers at least 1")
        unread: list[str] = []
        for path in options["files"]:
            try:
                problem = read_instance(path)
            except InstanceError as error:
                unread.append(str(error))
                continue
            result = solve(problem, seconds=options["seconds"], workers=options["workers"], seed=options["seed"])
            line = {
                "file": str(path),
                "status": str(result.status),
                "makespan": result.makespan,
                "bound": result.bound,
                "seconds": round(result.seconds, 3),
            }
            self.stdout.write(json.dumps(line))
            self.stdout.flush()
        if unread:
            raise CommandError("\n".join(unread))
