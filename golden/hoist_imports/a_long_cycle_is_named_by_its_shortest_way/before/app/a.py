def run():
    from app.b import B

    return B()
