def number(text: str) -> int:
    try:
        import re

        return int(text)
    except Exception:
        return 0
