from typing import final


@final
class Connection:
    def ping(self) -> int:
        return int("1")


class Pool:
    def __init__(self) -> None:
        self.connection = Connection()

    def ping(self) -> int:
        try:
            return self.connection.ping()
        except Exception:
            return 0
