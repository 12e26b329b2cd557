def kind() -> type:
    raise ConnectionError


def inner(table: dict[str, int]) -> object:
    try:

        def found(value: kind()) -> None:
            pass

        return table["a"], found
    except Exception:
        return None


def plain(table: dict[str, int]) -> object:
    try:

        def found(value: list[int] | None) -> None:
            pass

        return table["a"], found
    except Exception:
        return None
