def other():
    from app.second import Second

    return Second()
