from app import tool
from app.tool import work


def run():
    return work(tool)
