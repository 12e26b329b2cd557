"""What a class of the project is beside its methods: enumerations, and classes whose metaclass or hooks answer for them."""

from __future__ import annotations

from refactorkit.analysis.raise_types import bare
from refactorkit.analysis.symbols import External, Member, Ref, Symbols

ENUMS = frozenset(f"enum.{name}" for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"))
ENUMERATING = frozenset(
    ["enum", "http", "inspect", "plistlib", "pstats", "re", "signal", "socket", "ssl", "uuid"]
)
"""Modules of the standard library that have enumerations of their own."""
META = frozenset(["abc.ABCMeta", "type"])
"""Metaclasses that do nothing when a class is called."""


def is_enumeration(symbols: Symbols, cls: Ref) -> bool:
    """Whether a class of the project is an enumeration."""
    return any(isinstance(base, External) and bare(base.qualified) in ENUMS for base in symbols.order(cls))


def may_enumerate(qualified: str) -> bool:
    """Whether a class of the standard library may be an enumeration, whose members are asked for by subscripts."""
    is_generic = qualified in ("re.Pattern", "re.Match")
    return qualified.partition(".")[0] in ENUMERATING and not is_generic


def has_plain_metaclass(symbols: Symbols, cls: Ref) -> bool:
    """Whether no metaclass of a class, or of one that it inherits from, does anything of its own."""
    for base in symbols.order(cls):
        facts = symbols.cls(base) if isinstance(base, Ref) else None
        if facts is None or facts.metaclass is None or not isinstance(base, Ref):
            continue
        found = symbols.resolve(base.path, facts.metaclass)
        if not isinstance(found, External) or bare(found.qualified) not in META:
            return False
    return True


def answers_itself(symbols: Symbols, cls: Ref) -> bool:
    """Whether code of the project decides what is an object or a subclass of a class."""
    return not has_plain_metaclass(symbols, cls) or isinstance(
        symbols.attribute(cls, "__subclasshook__"), Member
    )
