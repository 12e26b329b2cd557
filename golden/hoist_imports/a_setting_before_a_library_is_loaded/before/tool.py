import os

os.environ["PYTHONASYNCIODEBUG"] = "1"


def run(main):
    import asyncio

    return asyncio.run(main)
