def stop(text: str) -> int:
    if not text:
        raise SystemExit(2)
    return int(text)


def number(text: str) -> int:
    try:
        return stop(text)
    except Exception:
        return 0
