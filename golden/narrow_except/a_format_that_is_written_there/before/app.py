def show(price: float, name: str) -> str:
    try:
        return f"{name}: {price:.2f}"
    except Exception:
        return ""
