def run():
    from app import Tool

    return Tool()
