def check(count: int) -> bool:
    try:
        assert count > 0
        return True
    except Exception:
        return False
