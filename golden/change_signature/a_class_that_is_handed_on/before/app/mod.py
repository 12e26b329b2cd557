class Box:
    def __init__(self, size):
        self.size = size


kinds = {"box": Box}
boxes = list(map(Box, [1, 2]))
Box(size=1)
