def b():
    from app.a import a

    return a
