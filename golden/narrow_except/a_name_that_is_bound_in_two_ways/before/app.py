import sys

if sys.platform == "win32":
    def parse(text: str) -> int:
        return int(text)
else:
    def parse(text: str) -> int:
        return {"one": 1}[text]


def number(text: str) -> int:
    try:
        return parse(text)
    except Exception:
        return 0
