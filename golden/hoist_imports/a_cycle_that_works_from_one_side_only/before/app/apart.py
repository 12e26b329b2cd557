def apart():
    from app.first import First

    return First()
