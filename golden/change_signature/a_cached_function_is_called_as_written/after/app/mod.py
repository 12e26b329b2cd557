from functools import lru_cache


@lru_cache(maxsize=None)
def fetch(link):
    return link


fetch(link=1)
fetch.cache_clear()
print(fetch.__name__)
