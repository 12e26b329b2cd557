from app.root import Root, root

command = Root()
root.add(command)


def run():
    from app.tool import work

    return work(command)
