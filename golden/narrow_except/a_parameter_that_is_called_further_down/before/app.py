from collections.abc import Callable


def run(action: Callable[[], int]) -> int:
    return action()


def safely(action: Callable[[], int]) -> int:
    try:
        return run(action)
    except Exception:
        return 0
