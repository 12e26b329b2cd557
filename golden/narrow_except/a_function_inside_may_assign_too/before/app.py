def number(given):
    text = "1"

    def change():
        nonlocal text
        text = given

    change()
    try:
        return int(text)
    except Exception:
        return 0
