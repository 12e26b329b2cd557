from collections.abc import Callable


def run(action: Callable[[], int]) -> int:
    try:
        return action()
    except:
        return 0
