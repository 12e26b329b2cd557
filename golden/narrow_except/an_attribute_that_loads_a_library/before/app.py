import ctypes


def find() -> object:
    try:
        return ctypes.windll.kernel32
    except Exception:
        return None
