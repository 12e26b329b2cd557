def named(**options):
    try:
        return int(options["name"])
    except Exception:
        return None
