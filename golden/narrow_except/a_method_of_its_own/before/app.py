class Reader:
    def _number(self, text: str):
        return int(text)

    def read(self, text: str):
        try:
            return self._number(text)
        except Exception:
            return 0
