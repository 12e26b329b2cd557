def chosen(is_many: bool, key: str):
    if is_many:
        names = {"a": "b"}
    else:
        names = "c"
    try:
        return names[key]
    except Exception:
        return ""
