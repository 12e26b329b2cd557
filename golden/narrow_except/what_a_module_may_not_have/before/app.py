import sys
import signal


def path(name: str):
    try:
        return sys.modules[name].__path__
    except Exception:
        return None


def number():
    try:
        import termios

        termios.tcgetattr
    except Exception:
        return 1
    return 0


def kill(pid: int):
    import os

    try:
        os.kill(pid, signal.SIGKILL)
    except Exception:
        return False
    return True
