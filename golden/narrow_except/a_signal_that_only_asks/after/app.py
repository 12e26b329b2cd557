import os
import signal


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (OSError, SystemError):
        return False
    return True


def end(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGTERM)
    except OSError:
        return False
    return True
