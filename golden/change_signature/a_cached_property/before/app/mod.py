from functools import cached_property


class Box:
    @cached_property
    def size(self):
        return 1
