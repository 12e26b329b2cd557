from concurrent.futures import Future


def run(text: str, done: Future) -> None:
    try:
        number = int(text)
    except Exception as error:
        done.set_exception(error)
