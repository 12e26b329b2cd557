import app.tool


def make():
    class Worker:
        from app.tool import work

    return Worker, app.tool
