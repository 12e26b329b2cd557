class Box:
    def put(self, item):
        return item

    def __getattr__(self, name):
        return getattr(self, name.lower())

    def visit(self, kind):
        method = f"visit_{kind}"
        for name in ("take", "drop"):
            getattr(self, name)
        return getattr(self, method)


class Other:
    def any(self, name):
        return getattr(self, name), getattr(name, name)


Box().put(item=1)
