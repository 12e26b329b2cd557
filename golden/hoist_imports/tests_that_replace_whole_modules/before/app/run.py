import app.other
import app.tool


def run():
    from app.tool import work

    return work(app)


def more():
    from app.other import work

    return work(app)
