import threading


def block_on(coroutine):
    return threading.Thread(target=coroutine)
