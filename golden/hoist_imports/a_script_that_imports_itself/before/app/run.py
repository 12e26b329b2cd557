class Failed(Exception):
    pass


def run():
    from app.run import Failed

    raise Failed


if __name__ == "__main__":
    run()
