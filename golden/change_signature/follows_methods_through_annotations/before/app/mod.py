from __future__ import annotations

from typing import Optional


class Store:
    def load(self, key, default=None):
        return key, default

    def again(self):
        return self.load(key=1)

    @property
    def other(self) -> "Store":
        return self


class Small(Store):
    def more(self):
        return super().load(key=2), self.load(key=3)


def open_store() -> Store:
    return Small()


class Shop:
    store: Store

    def __init__(self) -> None:
        self.small = Small()

    def sell(self, other: Optional[Store], shops: list[Shop]):
        if other is not None:
            other.load(key=4)
        self.store.load(key=5)
        self.small.other.load(key=6)
        open_store().load(key=7)
        Store.load(other, key=8)
        return [shop.store.load(key=9) for shop in shops]
