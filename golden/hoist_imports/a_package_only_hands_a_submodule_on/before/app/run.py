from app.tool import work


def run():
    from app import tool

    return work(tool)
