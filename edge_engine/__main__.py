"""The ``edge-engine`` command: the sidecar alone, or the whole command line, which takes longer to load."""

from __future__ import annotations

import sys


def run() -> None:
    """Entry point of the installed command."""
    if sys.argv[1:] == ["serve"]:
        from edge_engine.doors.stdio import serve  # noqa: PLC0415 - before anything slow

        sys.exit(serve())
    from edge_engine.cli.main import run as command  # noqa: PLC0415 - not for the sidecar

    command()


if __name__ == "__main__":
    run()
