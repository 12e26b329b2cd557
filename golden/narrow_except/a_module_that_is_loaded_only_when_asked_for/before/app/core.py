def ask(count: int) -> int:
    from app.remote import fetch

    try:
        return fetch(count)
    except Exception:
        return 0
