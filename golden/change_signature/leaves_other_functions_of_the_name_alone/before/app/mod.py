import queue


def get(key, block=True):
    return key


class Cache:
    def get(self, key):
        return key


def run(get, cache: Cache, table: dict, waiting: queue.Queue):
    get(key=1)
    cache.get(key=2)
    table.get("a")
    return [get(key=3) for get in table.values()], (lambda get: get(key=4)), waiting.get(block=True)


def again(cache: Cache):
    """get(key=5)"""
    return cache.get(key=6), get(key=7)  # get(key=8)
