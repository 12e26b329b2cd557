import app.tool


def run():
    from app.tool import work

    return work(app)
