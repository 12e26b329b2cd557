"""Finding pairs: what declares one, and what only looks like it."""

from __future__ import annotations

import pytest

from refactorkit.analysis.pairs import FilePairs, Kind, file_pairs


def found(code: str, *conventions: str) -> FilePairs:
    """The pairs of a module with this code."""
    return file_pairs("app/m.py", code.encode(), ("async_dispatch",), conventions)


def test_methods_functions_and_local_functions_are_named_as_python_names_them() -> None:
    facts = found(
        """
class Block:
    @classmethod
    async def aload(cls): ...

    @classmethod
    @async_dispatch(aload)
    def load(cls): ...

    class Inner:
        async def asave(self): ...
        @dispatch.async_dispatch(asave)
        def save(self): ...

def fixture():
    async def arun(): ...
    @async_dispatch(arun)
    def run(): ...
"""
    )
    assert [p.names for p in facts.pairs] == [
        ["Block.load", "Block.aload"],
        ["Block.Inner.save", "Block.Inner.asave"],
        ["fixture.<locals>.run", "fixture.<locals>.arun"],
    ]
    assert [p.sync.kind for p in facts.pairs] == [Kind.CLASSMETHOD, Kind.METHOD, Kind.FUNCTION]
    assert (facts.pairs[0].sync.first, facts.pairs[0].sync.line, facts.pairs[0].sync.last) == (6, 8, 8)
    assert facts.pairs[0].sync.owner == "Block"
    assert facts.pairs[2].sync.is_local
    assert facts.unpaired == ()


def test_overloads_are_no_halves_and_the_last_definition_above_is_meant() -> None:
    facts = found(
        """
@overload
async def aload(x: int) -> int: ...
async def aload(x): ...
@overload
def load(x: int) -> int: ...
@async_dispatch(aload)
def load(x): ...
"""
    )
    assert [(p.sync.line, p.twin.line) for p in facts.pairs] == [(8, 4)]


@pytest.mark.parametrize(
    ("above", "decorator", "why"),
    [
        ("", "async_dispatch(aload)", "not in the same scope"),
        ("def aload(): ...", "async_dispatch(aload)", "isn't an async function"),
        ("async def aload(): ...", "async_dispatch", "takes no single function"),
        ("async def aload(): ...", "async_dispatch(other.aload)", "isn't a function of the same scope"),
        ("async def aload(): ...", "async_dispatch(aload, 1)", "takes no single function"),
    ],
)
def test_a_decorated_function_without_an_async_twin_beside_it_is_told(
    above: str, decorator: str, why: str
) -> None:
    facts = found(f"{above}\n@{decorator}\ndef load(): ...\n")
    assert facts.pairs == ()
    assert [u.half.name for u in facts.unpaired] == ["load"]
    assert why in facts.unpaired[0].why


def test_another_name_of_the_decorator_in_this_file_counts() -> None:
    facts = found(
        "from d import async_dispatch as both\nasync def aload(): ...\n@both(aload)\ndef load(): ...\n"
    )
    assert [p.decorator for p in facts.pairs] == ["both"]


def test_names_alone_make_a_pair_only_where_a_convention_is_asked_for() -> None:
    code = "def load(): ...\nasync def load_async(): ...\nasync def aload_all(): ...\n"
    assert found(code).pairs == ()
    assert [p.names for p in found(code, "a{}", "{}_async").pairs] == [["load", "load_async"]]
    assert found(code + "async def aload(): ...\n", "a{}", "{}_async").pairs == ()
