from app.first import First


def apart():
    return First()
