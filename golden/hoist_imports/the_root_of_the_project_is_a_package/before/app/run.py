def make(value):
    from app.tool import work

    return work(value)
