"""Run one command and print what it cost, as JSON: `python -I -S launch.py [--watch] [--patience=SECONDS] COMMAND...`.

A process of its own, for the sake of the memory figure: on Linux, the peak that `wait4` reports begins with the memory
of the process that forked. Here that is an interpreter with next to nothing in it. Standard library only, and little of it.
"""

import json
import os
import signal
import sys
import time

EVERY = 0.02
"""Seconds between two looks at the processes."""


def main(command: list[str]) -> None:
    """Run the command with its stdout thrown away, and print its exit code, seconds and peak memory.

    `peak` is in bytes: the largest resident set that the command or one of the descendants it waited for ever had. With
    `--watch`, on Linux: what all of them had together, shared pages counted once, as far as looking now and then shows.
    What has not ended when its patience is at an end is killed with all it started; `was_stopped` says so, and what it
    cost is then what it had cost until then, as far as its own process counted it.
    """
    watches, patience, command = _options(command)
    null = os.open(os.devnull, os.O_RDWR)
    streams = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1)]
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=streams, setsid=True)
    together, was_stopped = 0, False
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG if watches or patience else 0)
        if ended:
            break
        if watches:
            together = max(together, sum(map(_memory, _tree(pid))))
        if patience and time.perf_counter() - start > patience and not was_stopped:
            os.killpg(pid, signal.SIGKILL)
            was_stopped = True
        time.sleep(EVERY)
    wall = time.perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, KiB elsewhere
    cost = {
        "exit_code": os.waitstatus_to_exitcode(status),
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": max(together, usage.ru_maxrss * unit),
        "was_stopped": was_stopped,
    }
    print(json.dumps(cost))


def _options(command: list[str]) -> tuple[bool, float, list[str]]:
    """Whether to watch, the patience in seconds (0: without end), and the command itself."""
    watches, patience = False, 0.0
    while command and command[0].startswith("--"):
        option, command = command[0], command[1:]
        watches = watches or option == "--watch"
        if option.startswith("--patience="):
            patience = float(option.partition("=")[2])
    return watches, patience, command


def _tree(pid: int) -> list[int]:
    """A process and everything below it (proc(5): /proc/PID/task/TID/children)."""
    found = [pid]
    for number in found:
        try:
            for task in os.listdir(f"/proc/{number}/task"):
                with open(f"/proc/{number}/task/{task}/children") as children:
                    found += map(int, children.read().split())
        except OSError:
            continue  # it has ended, or this is no Linux
    return found


def _memory(pid: int) -> int:
    """The bytes of a process in memory; of what it shares with others, its part (proc(5): smaps_rollup)."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as rollup:
            for line in rollup:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


if __name__ == "__main__":
    main(sys.argv[1:])
