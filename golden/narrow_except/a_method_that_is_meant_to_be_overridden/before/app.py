import abc


class Reader(abc.ABC):
    def _number(self, text: str):
        raise NotImplementedError

    def _text(self):
        pass

    @abc.abstractmethod
    def _name(self):
        return int("1")

    def _size(self):
        return int("1")

    def read(self, text: str):
        try:
            return self._number(text)
        except Exception:
            return 0

    def texts(self):
        try:
            return self._text()
        except Exception:
            return 0

    def name(self):
        try:
            return self._name()
        except Exception:
            return 0

    def size(self):
        try:
            return self._size()
        except Exception:
            return 0


class Fast(Reader):
    def _size(self):
        return 1
