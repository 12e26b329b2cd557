"""A small project with a dispatcher of its own: pairs, how they are collapsed rightly, and how wrongly."""

from __future__ import annotations

from refactorkit.experiment import Mapping

DISPATCH = '''\
"""A dispatcher, a bridge, and clients of both kinds."""

import asyncio
import functools
import threading


def either(twin):
    target = getattr(twin, "__func__", twin)

    def decorate(function):
        @functools.wraps(function)
        def chosen(*args, blocking=None, **kwargs):
            if blocking is None:
                try:
                    asyncio.get_running_loop()
                    blocking = False
                except RuntimeError:
                    blocking = True
            return (function if blocking else target)(*args, **kwargs)

        chosen.aio = target
        return chosen

    return decorate


def finish(coroutine):
    results = []

    def work():
        try:
            results.append((asyncio.run(coroutine), None))
        except BaseException as error:
            results.append((None, error))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join()
    value, error = results[0]
    if error is not None:
        raise error
    return value


def finish_in_the_callers_loop(coroutine):
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    return asyncio.run_coroutine_threadsafe(coroutine, loop).result()


class Client:
    def read(self, name, page=1): ...
    def write(self, name, text): ...


class AsyncClient:
    async def read(self, name, page=1): ...
    async def write(self, name, text): ...


def connect_or_reuse(client=None) -> "tuple[AsyncClient, bool]":
    return (client, True) if client is not None else (connect(), False)


def with_client(function):
    @functools.wraps(function)
    async def called(*args, client=None, **kwargs):
        client, _ = connect_or_reuse(client)
        return await function(*args, client=client, **kwargs)

    return called


def connect(blocking: bool = False) -> "Client | AsyncClient":
    raise RuntimeError("there is no server")
'''

HEAD = '''\
"""Shelves."""

import asyncio
import time
from contextlib import nullcontext

from library.dispatch import connect, either, finish, finish_in_the_callers_loop

RENEWING = asyncio.Lock()


class Gone(Exception):
    def __init__(self, response):
        self.response = response


'''

SHELF = (
    HEAD
    + '''\
class Shelf:
    @classmethod
    async def afind(cls, name, page=1):
        """Find it."""
        async with connect() as client:
            try:
                found = await client.read(name, page=page)
            except Gone as gone:
                if gone.response.status == 404:
                    return None
                raise
            await asyncio.sleep(0.1)
            return cls(found.name if found else "none")

    @classmethod
    @either(afind)
    def find(cls, name, page=1):
        """Find it, now."""
        with connect(blocking=True) as client:
            try:
                found = client.read(name, page=page)
            except Gone as gone:
                if gone.response.status == 404:
                    return None
                raise
            time.sleep(0.1)
            return cls(found.name if found else "none")

    async def aput(self, book, /, *parts, note="x", **marks):
        async with connect() as client:
            for part in parts:
                await client.write(self.name, part)
            self.last = note
            self.marks.update(**marks)
        return await self.acount(book)

    @either(aput)
    def put(self, book, /, *parts, note="x", **marks):
        with connect(blocking=True) as client:
            for part in parts:
                client.write(self.name, part)
            self.last = note
            self.marks.update(**marks)
        return self.count(book, blocking=True)

    async def arenew(self, days):
        async with RENEWING:
            return self.extend(days)

    @either(arenew)
    def renew(self, days):
        return self.extend(days)


async def alabel(book, client=None):
    context = nullcontext(client) if client else connect()
    async with context as client:
        return await client.read(book)


@either(alabel)
def label(book, client=None):
    context = nullcontext(client) if client else connect(blocking=True)
    with context as client:
        return client.read(book)
'''
)

FIND = "return finish(cls.afind(name=name, page=page))"
PUT = "return finish(self.aput(book, *parts, note=note, **marks))"
RENEW = "return finish(self.arenew(days=days))"
LABEL = "return finish(alabel(book=book, client=client))"
RIGHT = {"find": FIND, "put": PUT, "renew": RENEW, "label": LABEL}
TWINS = {"find": "afind", "put": "aput", "renew": "arenew", "label": "alabel", "count": "acount"}
MAPPING = Mapping(
    twins=TWINS,
    renames={"asyncio.sleep": "time.sleep"},
    clients=("library.dispatch.connect",),
    bridges=("finish",),
    dropped=("blocking",),
    switch="blocking",
)


def collapsed(source: str, bodies: dict[str, str]) -> str:
    """The source with the body of each sync half replaced by one line; its docstring stays."""
    lines: list[str] = []
    inside = ""
    for line in source.splitlines():
        text = line.strip()
        if text.startswith(("@", "def ", "async def ", "class ")):
            inside = ""
        if not inside:
            lines.append(line)
            name = text.removeprefix("def ").partition("(")[0]
            if text.startswith("def ") and name in bodies:
                inside = " " * (len(line) - len(line.lstrip()) + 4) + bodies[name]
        elif text.startswith('"""'):
            lines.append(line)
        elif inside not in lines:
            lines.append(inside)
        elif not text:
            lines.append("")
    return "\n".join(lines) + "\n"
