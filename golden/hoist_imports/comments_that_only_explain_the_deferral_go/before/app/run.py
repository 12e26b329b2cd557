import app.tool


def make():
    # Imported here to avoid a circular import.
    from app.tool import rest

    # A comment about the work.
    from app.tool import work  # noqa: PLC0415

    return work(rest), app.tool
