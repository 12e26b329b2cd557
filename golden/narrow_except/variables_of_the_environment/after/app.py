import os


def workers():
    try:
        return int(os.environ["WORKERS"])
    except (KeyError, ValueError):
        return 1


def port():
    try:
        return int(os.environ.get("PORT", "80"))
    except ValueError:
        return 80


def timeout():
    try:
        return int(os.environ.get("TIMEOUT"))
    except Exception:
        return None
