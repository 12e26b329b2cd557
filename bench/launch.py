"""Run one command and print what it cost, as JSON: `python -I -S launch.py COMMAND...`.

A process of its own, for the sake of the memory figure: on Linux, the peak that `wait4` reports begins with the memory
of the process that forked. Here that is an interpreter with next to nothing in it. Standard library only, and little of it.
"""

import json
import os
import sys
import time


def main(command: list[str]) -> None:
    """Run the command with its stdout thrown away, and print its exit code, seconds and peak memory.

    `peak` is in bytes: the largest resident set that the command or one of the descendants it waited for ever had.
    """
    null = os.open(os.devnull, os.O_RDWR)
    streams = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1)]
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=streams)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, KiB elsewhere
    cost = {
        "exit_code": os.waitstatus_to_exitcode(status),
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * unit,
    }
    print(json.dumps(cost))


if __name__ == "__main__":
    main(sys.argv[1:])
