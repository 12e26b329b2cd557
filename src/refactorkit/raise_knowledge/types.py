"""Types of results, attributes and constants of the standard library; `types.json` is written by `stubs`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from msgspec import Struct, json

FLAGS = "re.RegexFlag"
SIGNALS = "signal.Signals"
UNCATCHABLE = ("SIGKILL", "SIGSTOP", "SIG_DFL", "SIG_IGN")
ENVIRONMENT = "os._Environ"


class Types(Struct, frozen=True):
    """What `types.json` holds: types by qualified names."""

    attributes: dict[str, str]
    returns: dict[str, str]
    unbound: frozenset[str]
    """Methods that are called without an object: class methods, static methods, `__new__`."""


def returned(callee: str) -> str | None:
    """The exact type of what a callee returns, by its one name; None when it isn't known."""
    return _types().returns.get(callee)


def attribute(owner: str, name: str) -> str | None:
    """The type of an attribute that is plain data, or of a constant of a module: "float" for ("os.stat_result", "st_mtime").

    "" for plain data of another type; None for what isn't known, or may run code.
    """
    if owner == "re" and name.isupper():
        return FLAGS
    if owner == "signal" and name.startswith("SIG") and name not in UNCATCHABLE:
        return SIGNALS
    if (owner, name) == ("os", "environ"):
        return ENVIRONMENT
    return _types().attributes.get(f"{owner}.{name}")


def is_unbound(callee: str) -> bool:
    """Whether a method, by its one name, is called without an object of its class as the first argument."""
    return callee in _types().unbound


@cache
def _types() -> Types:
    data = (files("refactorkit.raise_knowledge") / "types.json").read_bytes()
    return json.decode(data, type=Types)
