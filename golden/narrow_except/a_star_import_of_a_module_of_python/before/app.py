def tail(values: list[int]):
    return values[-1]


try:
    from _heapq import *
except Exception:
    pass
