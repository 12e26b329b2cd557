from collections.abc import Callable


def run(action: Callable[[], int]) -> int:
    try:
        return action()
    except Exception:
        return 0
