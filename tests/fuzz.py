"""The tests of properties with one seed after another until the time is up: `make fuzz SECONDS=300 SEED=1`."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time

EXAMPLES = 400
"""Examples of each test in a round: about a minute's work for each codemod."""


def main() -> int:
    """Run rounds until SECONDS have passed or one fails; the exit code of the last round."""
    seconds = float(os.environ.get("SECONDS") or 300)
    seed = int(os.environ.get("SEED") or random.randrange(10**6))
    end, rounds = time.monotonic() + seconds, 0
    tests = [
        "tests/test_properties.py",
        "tests/test_hoist_imports_properties.py",
        "tests/test_standard_library.py",
    ]
    while time.monotonic() < end or rounds == 0:
        print(f"round {rounds + 1}, seed {seed}: make fuzz SECONDS=1 SEED={seed} runs it again", flush=True)
        # Only the first round takes the test of the standard library: it knows no chance.
        code = _round(tests if rounds == 0 else tests[:-1], seed)
        if code:
            return code
        rounds, seed = rounds + 1, seed + 1
    print(f"{rounds} rounds found nothing")
    return 0


def _round(tests: list[str], seed: int) -> int:
    environment = {**os.environ, "FUZZ_EXAMPLES": os.environ.get("FUZZ_EXAMPLES") or str(EXAMPLES)}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--hypothesis-seed={seed}", *tests]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
