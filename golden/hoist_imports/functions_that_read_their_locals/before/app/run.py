import app.tool


def make():
    from app.tool import work

    print(work)
    return locals(), app.tool
