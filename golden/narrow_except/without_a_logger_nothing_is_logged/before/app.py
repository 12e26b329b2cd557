def second(action) -> None:
    try:
        action()
    except Exception:
        pass
