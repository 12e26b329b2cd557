import sys

if sys.platform == "win32":
    class Err(OSError):
        pass
else:
    class Err(ValueError):
        pass


if sys.platform == "win32":
    class _Tool:
        def run(self, text: str) -> int:
            return {"a": 1}[text]
else:
    class _Tool:
        def run(self, text: str) -> int:
            return int(text)


def f(text: str) -> int:
    try:
        raise Err(text)
    except OSError:
        return 1
    except Exception:
        return 0


def g(text: str) -> int:
    try:
        return _Tool().run(text)
    except Exception:
        return 0
