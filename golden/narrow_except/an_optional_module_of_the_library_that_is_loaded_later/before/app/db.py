import sqlite3


def check(count: int) -> int:
    if count < 1:
        raise sqlite3.IntegrityError("none")
    return count
