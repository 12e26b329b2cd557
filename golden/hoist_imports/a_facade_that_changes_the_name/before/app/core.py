def run():
    from app.api import Tool

    return Tool()
