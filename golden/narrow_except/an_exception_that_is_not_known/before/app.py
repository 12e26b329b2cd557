def give_up(error):
    raise error


def run(error) -> None:
    try:
        give_up(error)
    except Exception:
        print("failed")
