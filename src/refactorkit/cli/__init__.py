"""The command line: arguments in, exit code out. No logic."""

from __future__ import annotations

import gc
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(
        50_000, 20, 20
    )  # a short run that builds syntax trees: collecting garbage early only costs time
    from refactorkit.cli.program import run

    code = run(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    sys.exit(code)
