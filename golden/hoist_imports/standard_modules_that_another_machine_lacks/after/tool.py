import graphlib
import termios
import termios as terminal


def lock(handle):
    import fcntl

    fcntl.flock(handle, fcntl.LOCK_EX)


def lock_on_windows(handle):
    import msvcrt

    msvcrt.locking(handle, msvcrt.LK_LOCK, 1)


def ask():
    from tkinter import messagebox

    return messagebox.askyesno("?")


def version(text):
    from distutils.version import LooseVersion

    return LooseVersion(text)


def settings(text):
    import tomllib

    return tomllib.loads(text)


def order(graph):
    return graphlib.TopologicalSorter(graph)


def quiet(handle):
    return terminal.tcgetattr(handle)
