import signal
import threading


def target() -> None:
    try:
        int("x")
    except Exception:
        print("failed")


def on_signal(number: int, frame: object) -> None:
    try:
        int("x")
    except Exception:
        print("failed")


def start() -> None:
    signal.signal(signal.SIGTERM, on_signal)
    threading.Thread(target=target).start()
