import concurrent
import rich


def draw():
    from rich import table

    return table, rich


def later():
    from concurrent import futures

    return futures, concurrent
