def add(left, right):
    try:
        return left + right
    except Exception:
        return None


def read(row):
    try:
        return row.value
    except Exception:
        return None


def total(rows):
    try:
        for row in rows:
            pass
    except Exception:
        return None


def is_in(row, rows):
    try:
        return row in rows
    except Exception:
        return False


def show(row):
    try:
        return f"{row}"
    except Exception:
        return ""


def test(row):
    try:
        return 1 if row else 2
    except Exception:
        return 0


def compare(left, right):
    try:
        return left < right
    except Exception:
        return False
