def text(given):
    if given:
        return "1"
    return str(given)


def number(given):
    try:
        return int(text(given))
    except Exception:
        return 0


def maybe(given):
    if given:
        return "1"


def doubtful(given):
    try:
        return int(maybe(given))
    except Exception:
        return 0


class _Reader:
    def text(self):
        return "1"


def read(reader: _Reader):
    try:
        return int(reader.text())
    except ValueError:
        return 0
