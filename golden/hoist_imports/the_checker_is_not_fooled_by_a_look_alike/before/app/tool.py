"""Nothing here imports inside of a function."""


def importer(name):
    return __import__(name)


class From:
    def importing(self, name):
        imports = [name]
        return imports
