from contextlib import suppress

Missing = KeyError
try:
    import fcntl
except ImportError:
    Missing = ConnectionError


def of_a_name(table: dict[str, int], numbers: list[int]) -> int:
    try:
        try:
            return table["a"]
        except Missing:
            return numbers[0]
    except (IndexError, KeyError):
        return 0


def of_a_choice(table: dict[str, int], numbers: list[int], is_there: bool) -> int:
    try:
        with suppress(KeyError if is_there else ConnectionError):
            return table["a"]
        return numbers[0]
    except (IndexError, KeyError):
        return 0


def of_both(table: dict[str, int], numbers: list[int]) -> int:
    try:
        try:
            return table["a"]
        except (KeyError, ConnectionError):
            return numbers[0]
    except IndexError:
        return 0


def above(table: dict[str, int], is_there: bool) -> int:
    try:
        return table["a"]
    except KeyError if is_there else ConnectionError:
        return 1
    except Exception:
        return 0
