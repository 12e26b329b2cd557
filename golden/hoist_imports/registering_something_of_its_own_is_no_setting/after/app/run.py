from app.root import Root, root
from app.tool import work

command = Root()
root.add(command)


def run():
    return work(command)
