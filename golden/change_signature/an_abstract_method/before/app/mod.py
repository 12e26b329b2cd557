from abc import ABC, abstractmethod


class Box(ABC):
    @abstractmethod
    def put(self, thing): ...


class Bag(Box):
    def put(self, thing):
        return thing
