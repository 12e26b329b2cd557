"""What is known."""

current = None
limit = 10
size = 1


def start(value):
    global current
    current = value
