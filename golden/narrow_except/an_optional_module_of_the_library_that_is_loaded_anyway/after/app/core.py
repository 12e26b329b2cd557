import sqlite3

from app.db import check


def ask(count: int) -> int:
    try:
        return check(count)
    except sqlite3.IntegrityError:
        return 0
