from app import store as s


class Child(s.Base):
    def load(self, name):
        return name
