class Reader:
    def text(self):
        return "1"

    def number(self):
        text = self.text()
        try:
            return int(text)
        except Exception:
            return 0
