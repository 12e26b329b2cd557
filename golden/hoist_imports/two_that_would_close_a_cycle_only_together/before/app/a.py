def a():
    from app.b import b

    return b
