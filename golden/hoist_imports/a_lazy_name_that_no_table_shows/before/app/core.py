def run():
    from app.lazy import Tool

    return Tool()
