from app.dispatch import async_dispatch


class Notifier:
    async def notify(self, text: str) -> None:
        raise NotImplementedError


class Mail(Notifier):
    async def anotify(self, text: str) -> None:
        print(text)

    @async_dispatch(anotify)
    def notify(self, text: str) -> None:
        print(text.upper())


async def main(notifier: Notifier, mail: Mail) -> None:
    await notifier.notify("x")
    await mail.notify("y")
