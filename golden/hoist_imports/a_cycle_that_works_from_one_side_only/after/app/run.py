import app.first


def run():
    from app.second import Second

    return Second(), app.first
