class Box:
    def __call__(self, size):
        return size


Box()(size=1)
