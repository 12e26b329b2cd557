def run(text: str) -> None:
    try:
        int(text)
    except* Exception:
        print("failed")
