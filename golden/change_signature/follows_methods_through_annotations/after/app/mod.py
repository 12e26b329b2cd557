from __future__ import annotations

from typing import Optional


class Store:
    def load(self, name, default=None):
        return name, default

    def again(self):
        return self.load(name=1)

    @property
    def other(self) -> "Store":
        return self


class Small(Store):
    def more(self):
        return super().load(name=2), self.load(name=3)


def open_store() -> Store:
    return Small()


class Shop:
    store: Store

    def __init__(self) -> None:
        self.small = Small()

    def sell(self, other: Optional[Store], shops: list[Shop]):
        if other is not None:
            other.load(name=4)
        self.store.load(name=5)
        self.small.other.load(name=6)
        open_store().load(name=7)
        Store.load(other, name=8)
        return [shop.store.load(name=9) for shop in shops]
