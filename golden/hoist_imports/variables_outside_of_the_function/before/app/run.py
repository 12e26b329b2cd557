import app.tool

work = None


def prepare():
    global work
    from app.tool import work

    return work, app.tool
