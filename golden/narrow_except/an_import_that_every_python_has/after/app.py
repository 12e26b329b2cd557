def number(text: str) -> int:
    try:
        import re

        return int(text)
    except ValueError:
        return 0
