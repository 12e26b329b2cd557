import app.tool


def make(): from app.tool import work; return work


def take():
    from app.tool import work; value = 1
    return work(value), app.tool
