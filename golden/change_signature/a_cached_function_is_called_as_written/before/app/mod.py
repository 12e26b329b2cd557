from functools import lru_cache


@lru_cache(maxsize=None)
def fetch(url):
    return url


fetch(url=1)
fetch.cache_clear()
print(fetch.__name__)
