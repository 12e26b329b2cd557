def number(text: str) -> int:
    try:
        import re

        return int(text)
    except (ImportError, ValueError):
        return 0
