"""Awaited calls of sync halves: which take the async name, which stay, and why."""

from __future__ import annotations

import textwrap

import pytest

from caller_projects import LIBRARY, applied, migrate, migrate_main
from refactorkit.analysis.callers import migrations
from refactorkit.analysis.pairs import file_pairs
from refactorkit.callers import rewrite_callers
from refactorkit.model import Change, Level, Source, Status

IMPORTED = "from library import Block, Secret, make\n\n\n"

MOVES = {
    "a class attribute": (
        "class Mine:\n    kind = Block\n    async def f(self):\n        await self.kind.load('x')\n",
        "kind.load",
    ),
    "an annotated name that functions assign": (
        (
            "client: Block = Block()\ndef use(other):\n    global client\n    client = other\n"
            "async def f():\n    await client.save()\n"
        ),
        ".save",
    ),
    "a class that is named": ("async def f():\n    await Block.load('x')\n", "Block.load"),
    "a class in a module": ("import library\nasync def f():\n    await library.Block.load('x')\n", "Block.load"),
    "a new object": ("async def f():\n    await Secret().save()\n", ".save"),
    "a local that is an object": ("async def f():\n    b = Block()\n    await b.save()\n", ".save"),
    "a local from two branches": (
        "async def f(c):\n    if c:\n        b = Block()\n    else:\n        b = Secret()\n    await b.save()\n",
        ".save",
    ),
    "a local from an awaited class method": (
        "async def f():\n    b = await Secret.aload('x')\n    await b.save()\n",
        ".save",
    ),
    "a local from an annotated function": ("async def f():\n    b = make()\n    await b.save()\n", ".save"),
    "a parameter": ("async def f(b: Block):\n    await b.save()\n", ".save"),
    "an optional parameter": ("async def f(b: 'Block | None' = None):\n    await b.save()\n", ".save"),
    "a union of classes": ("async def f(b: 'Secret | Block'):\n    await b.save()\n", ".save"),
    "a class as a parameter": ("async def f(t: type[Block]):\n    await t.load('x')\n", "t.load"),
    "an annotated local": ("async def f(x):\n    b: Block = x\n    await b.save()\n", ".save"),
    "a context manager": ("async def f():\n    async with Block() as b:\n        await b.save()\n", ".save"),
    "a property": ("async def f(b: Block):\n    await b.parent.parent.save()\n", ".save"),
    "the elements of a list": ("async def f(all: list[Block]):\n    for b in all:\n        await b.save()\n", ".save"),
    "a cast": (
        "from typing import cast\nasync def f(x):\n    b = cast(Block, x)\n    await b.save()\n",
        ".save",
    ),
    "self": ("class Mine(Block):\n    async def f(self):\n        await self.save()\n", ".save"),
    "cls": ("class Mine(Block):\n    @classmethod\n    async def f(cls):\n        await cls.load('x')\n", "cls.load"),
    "super": ("class Mine(Block):\n    async def f(self):\n        await super().save()\n", ".save"),
    "an attribute that the class declares": (
        "class Mine:\n    b: Block\n    async def f(self):\n        await self.b.save()\n",
        "b.save",
    ),
    "an attribute that a method assigns": (
        "class Mine:\n    def __init__(self, b: Block):\n        self.b = b\n    async def f(self):\n        await self.b.save()\n",
        "b.save",
    ),
    "a closure": (
        "async def f():\n    b = Block()\n    async def g():\n        await b.save()\n    return g\n",
        ".save",
    ),
    "a local import": (
        "async def f():\n    from library import Block as B\n    await B.load('x')\n",
        "B.load",
    ),
    "a name on another line": (
        "async def f():\n    await (\n        Block\n        .load(\n            'x'\n        )\n    )\n",
        ".load",
    ),
    "text that isn't ASCII before it": ("async def f():\n    print('äöü'); await Block.load('ß')\n", "Block.load"),
    "a coroutine that is awaited later": (
        "async def f():\n    c = Block.load('x')\n    print(c)\n    await c\n",
        "Block.load",
    ),
    "a call with a subscript": (
        ("from typing import Generic, TypeVar\nT = TypeVar('T')\nclass Box(Block, Generic[T]): ...\n"
        "async def f():\n    await Box[int]().save()\n"),
        ".save",
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", MOVES)
def test_an_awaited_sync_name_becomes_the_async_one(title: str) -> None:
    code, call = MOVES[title]
    name = call.rpartition(".")[2]
    after, findings = migrate_main(IMPORTED + code)
    assert after == IMPORTED + code.replace(f"{call}(", f"{call.removesuffix(name)}a{name}(")
    assert [f.status for f in findings] == [Status.CHANGED]


STAYS = {
    "a module's name that functions assign": (
        (
            "client = Block()\ndef use(other):\n    global client\n    client = other\n"
            "async def f():\n    await client.save()\n"
        ),
        "unresolved-receiver",
    ),
    "an attribute that a subclass assigns differently": (
        (
            "class Mine:\n    def __init__(self):\n        self.b = Block()\n    async def f(self):\n        await self.b.save()\n"
            "class Other:\n    async def save(self): ...\n"
            "class Yours(Mine):\n    def __init__(self):\n        self.b = Other()\n"
        ),
        "other-function",
    ),
    "a class attribute that a subclass replaces": (
        (
            "class Mine:\n    kind = Block\n    async def f(self):\n        await self.kind.load('x')\n"
            "class Other:\n    @classmethod\n    async def load(cls, name): ...\n"
            "class Yours(Mine):\n    kind = Other\n"
        ),
        "other-function",
    ),
    "a function that is defined twice": (
        (
            "import sys\nfrom dispatch import async_dispatch\nif sys.platform == 'x':\n    async def aget(): ...\n    @async_dispatch(aget)\n    def get(): ...\n"
            "else:\n    async def get(): ...\nasync def f():\n    await get()\n"
        ),
        "unresolved-receiver",
    ),
    "a parameter without annotation": ("async def f(b):\n    await b.save()\n", "unresolved-receiver"),
    "anything": ("from typing import Any\nasync def f(b: Any):\n    await b.save()\n", "unresolved-receiver"),
    "a union with a stranger": (
        "class Other:\n    async def save(self): ...\nasync def f(b: 'Block | Other'):\n    await b.save()\n",
        "other-function",
    ),
    "branches of which one isn't known": (
        "async def f(c, x):\n    if c:\n        b = Block()\n    else:\n        b = x\n    await b.save()\n",
        "unresolved-receiver",
    ),
    "a parameter that is assigned again": (
        "async def f(b):\n    b = b or Block()\n    await b.save()\n",
        "unresolved-receiver",
    ),
    "a session of a library": (
        "from sqlalchemy import Session\nasync def f(s: Session):\n    await s.save()\n",
        "other-function",
    ),
    "an object of a library's subclass": (
        "from httpx import Client\nclass Mine(Client): ...\nasync def f(s: Mine):\n    await s.save()\n",
        "other-function",
    ),
    "a class of the same name": (
        "class Block:\n    async def save(self): ...\nasync def f():\n    await Block().save()\n",
        "unresolved-receiver",
    ),
    "a name that a nested function assigns": (
        "async def f():\n    b = Block()\n    def g():\n        nonlocal b\n        b = 1\n    await b.save()\n",
        "unresolved-receiver",
    ),
    "a name of a comprehension": (
        "async def f(all):\n    b = Block()\n    return [await b.save() for b in all]\n",
        "unresolved-receiver",
    ),
    "a call that asks for the sync half": (
        "async def f():\n    await Block.load('x', _sync=True)\n",
        "asks-for-sync",
    ),
    "a call that may ask": ("async def f(**k):\n    await Block.load(**k)\n", "asks-for-sync"),
    "an attribute that objects replace": (
        ("class Mine(Block):\n    def __init__(self):\n        self.save = print\n"
        "    async def f(self):\n        await self.save()\n"),
        "other-function",
    ),
    "an attribute that objects of a subclass replace": (
        (
            "class Mine(Block):\n    def __init__(self):\n        self.asave = print\n"
            "async def f(b: Block):\n    await b.save()\n"
        ),
        "overridden-half",
    ),
    "an override of the sync half alone": (
        "class Mine(Block):\n    async def save(self): ...\nasync def f(b: Mine):\n    await b.save()\n",
        "other-function",
    ),
    "a subclass that overrides the async half": (
        "class Mine(Block):\n    async def asave(self): ...\nasync def f(b: Block):\n    await b.save()\n",
        "overridden-half",
    ),
    "its own override of the async half": (
        "class Mine(Block):\n    async def asave(self): ...\nasync def f():\n    await Mine().save()\n",
        "overridden-half",
    ),
    "a subclass that mixes another half in": (
        ("class Mixin:\n    async def asave(self): ...\nclass Mine(Mixin, Block): ...\n"
        "async def f(b: Block):\n    await b.save()\n"),
        "overridden-half",
    ),
    "a class that may be a subclass": (
        ("def base(): ...\nBlock2 = Block\nclass Mine(Block2, base()):\n    async def asave(self): ...\n"
        "async def f(b: Block):\n    await b.save()\n"),
        "overridden-half",
    ),
    "an interface with one name": (
        ("class Saver:\n    async def save(self): ...\nclass Mine(Block, Saver): ...\n"
        "async def f(s: Saver):\n    await s.save()\n"),
        "interface-without-async-name",
    ),
    "a metaclass that decides": (
        ("class Meta(type):\n    def __call__(cls): ...\nclass Mine(Block, metaclass=Meta): ...\n"
        "async def f():\n    await Mine().save()\n"),
        "unresolved-receiver",
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", STAYS)
def test_a_call_whose_meaning_is_not_certain_stays(title: str) -> None:
    code, reason = STAYS[title]
    after, findings = migrate_main(IMPORTED + code)
    assert after == IMPORTED + code
    status = Status.UNCHANGED if reason == "other-function" else Status.REFUSED
    assert [(f.status, f.reason) for f in findings] == [(status, reason)]


NO_SITES = {
    "a call in a plain function": "def f():\n    Block.load('x')\n",
    "a call that nobody awaits": "async def f():\n    Block.load('x')\n",
    "a coroutine that is awaited twice": "async def f():\n    c = Block.load('x')\n    await c\n    await c\n",
    "a name in a string or comment": "async def f():\n    await g('Block.load(x)')  # Block.load(x)\n",
    "the async name": "async def f():\n    await Block.aload('x')\n",
    "a call in a lambda": "async def f():\n    await g(lambda: Block.load('x'))\n",
    "another name": "async def f():\n    await Block.reload('x')\n",
}


@pytest.mark.parametrize("title", NO_SITES)
def test_other_code_is_no_site(title: str) -> None:
    after, findings = migrate_main(IMPORTED + NO_SITES[title])
    assert after == IMPORTED + NO_SITES[title]
    assert findings == []


def test_a_decorator_above_the_dispatcher_keeps_the_sync_name() -> None:
    library = LIBRARY.replace("@async_dispatch(afetch)", "@traced\n@async_dispatch(afetch)").replace(
        "class Block", "def traced(f: T) -> T: ...\n\n\nclass Block"
    )
    library = library.replace("from typing import Self", "from typing import Self, TypeVar\nT = TypeVar('T')")
    main = "from library import fetch\n\n\nasync def f():\n    await fetch('x')\n"
    after, findings = migrate({"library.py": library, "main.py": main})
    assert after["main.py"] == main
    assert [f.reason for f in findings] == ["decorated-half"]


def test_what_a_decorator_of_the_project_makes_is_followed() -> None:
    flows = """
    from typing import Callable, ParamSpec, TypeVar, overload
    from library import Block
    P = ParamSpec("P")
    R = TypeVar("R")
    class Decorator:
        @overload
        def __call__(self, fn: Callable[P, R]) -> Block: ...
        @overload
        def __call__(self, fn: None = None, *, name: str) -> Callable[[Callable[P, R]], Block]: ...
        def __call__(self, fn=None, *, name=None): ...
    flow: Decorator = Decorator()
    """
    main = "from flows import flow\n\n@flow\ndef one(): ...\n\n@flow(name='x')\ndef two(): ...\n\n"
    main += "async def f():\n    await one.save()\n    await two.save()\n"
    after, _ = migrate({"library.py": LIBRARY, "flows.py": flows, "main.py": main})
    assert after["main.py"] == main.replace(".save", ".asave")


def test_what_an_async_context_manager_function_yields_is_followed() -> None:
    main = """
    from contextlib import asynccontextmanager
    from typing import AsyncIterator
    from library import Block
    @asynccontextmanager
    async def opened() -> AsyncIterator[Block]: ...
    async def f():
        async with opened() as b:
            await b.save()
    """
    after, _ = migrate_main(main)
    assert after == textwrap.dedent(main).replace("b.save", "b.asave")


def test_line_ends_and_encodings_survive() -> None:
    library = Source(path="library.py", data=LIBRARY.encode())
    data = b"# coding: latin-1\r\nfrom library import Block\r\nasync def f():\r\n    '\xe4'; await Block.load('\xe4')\r\n"
    main = Source(path="main.py", data=data)
    pairs = file_pairs("library.py", library.data, ["async_dispatch"]).pairs
    found = migrations({"library.py": library, "main.py": main}, pairs, applied, ["async_dispatch"])
    outcome = rewrite_callers(main, found["main.py"])
    assert isinstance(outcome, Change)
    assert outcome.after == data.replace(b"Block.load", b"Block.aload")


def test_a_site_that_the_run_does_not_want_stays() -> None:
    def below(source: Source, first: int, last: int, level: Level) -> tuple[Status, str | None]:
        return (Status.CHANGED, None) if first > 5 else (Status.UNCHANGED, "not-selected")

    main = "from library import fetch\n\n\nasync def f():\n    await fetch('x')\n    await fetch('y')\n"
    after, findings = migrate({"library.py": LIBRARY, "main.py": main}, below)
    assert after["main.py"] == main.replace("import fetch", "import afetch, fetch").replace(
        "fetch('y')", "afetch('y')"
    )
    assert [f.reason for f in findings] == ["not-selected", None]


def test_files_out_of_scope_are_read_and_not_changed() -> None:
    library = Source(path="library.py", data=LIBRARY.encode(), in_scope=False)
    main = Source(
        path="main.py", data=b"import library\nasync def f():\n    await library.fetch('x')\n", in_scope=False
    )
    pairs = file_pairs("library.py", library.data, ["async_dispatch"]).pairs
    assert migrations({"library.py": library, "main.py": main}, pairs, applied, ["async_dispatch"]) == {}
