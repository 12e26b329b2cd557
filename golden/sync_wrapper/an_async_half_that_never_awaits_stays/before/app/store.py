from app.dispatch import async_dispatch


class Item:
    text = ""

    async def aformat(self, width: int, *, upper: bool = False) -> str:
        """Format it."""
        return self.text.ljust(width)

    @async_dispatch(aformat)
    def format(self, width: int, *, upper: bool = False) -> str:
        """Format it."""
        return self.text.ljust(width)
