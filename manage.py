#!/usr/bin/env python3
"""Entry point: makes .venv and a private PostGIS on first use, then runs the command.

Standard library only, until the environment of the project is there.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NEEDED = (3, 11)


def main() -> None:
    """Set up what the command needs and run it inside the project's environment."""
    if sys.version_info[:2] != NEEDED:
        from shutil import which

        other = which("python3.11")
        if other and not os.environ.get("MBA_PYTHON_TRIED"):
            os.environ["MBA_PYTHON_TRIED"] = "1"
            os.execv(other, [other, str(HERE / "manage.py"), *sys.argv[1:]])  # noqa: S606 - no shell wanted
        sys.exit("Python 3.11 is needed; install python3.11 and start again.")
    sys.path.insert(0, str(HERE))
    from geo.machine.bootstrap import run_command

    sys.exit(run_command(sys.argv))


if __name__ == "__main__":
    main()
