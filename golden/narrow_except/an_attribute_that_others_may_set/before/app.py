class Command:
    """Options that a command line sets by name."""

    def __init__(self) -> None:
        self.optimize = 0
        self.names = {"a": 1}

    def level(self) -> int:
        try:
            return self.names["a"] + int(self.optimize)
        except Exception:
            return 0


def configure(command: Command, options: dict[str, str]) -> None:
    for name, value in options.items():
        setattr(command, name, value)
