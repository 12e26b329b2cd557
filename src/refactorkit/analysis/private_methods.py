"""Which methods of a class that anybody may inherit from are the class's own affair.

A name with one underscore in front isn't part of a class's interface: who overrides such a method reaches into somebody
else's class. That is no proof, so that what rests on it is assumed (`private-methods`), and it isn't assumed where something
shows that the method is meant to be overridden: it is abstract, says that it isn't implemented, does nothing, or a class of
the project overrides it.
"""

from __future__ import annotations

from collections.abc import Iterable

from refactorkit.analysis.definitions import Function
from refactorkit.analysis.expressions import written
from refactorkit.analysis.raise_facts import Raised, Routine
from refactorkit.analysis.raise_files import RaiseFiles
from refactorkit.analysis.signatures import is_marked
from refactorkit.analysis.symbols import Member, Ref, Symbols


def is_private(found: Member, heirs: Iterable[Ref], symbols: Symbols, files: RaiseFiles) -> bool:
    """Whether a method is its class's own affair; `heirs` are the known subclasses of that class."""
    name = found.name
    if not name.startswith("_") or name.endswith("__"):
        return False
    match found.bounds:
        case (Function() as function,) if not is_marked(function, "abstractmethod", "property"):
            routine = files.routine(found.owner.path, function.name, function.line)
        case _:
            return False
    known = [facts for ref in heirs if (facts := symbols.cls(ref))]
    is_overridden = any(name in facts.members or name in facts.attributes for facts in known)
    return routine is not None and not is_overridden and not _is_hook(routine)


def _is_hook(routine: Routine) -> bool:
    """Whether all that a method does is nothing, or to say that it isn't implemented."""
    last = routine.effects[-1] if routine.effects else None
    if last is None:
        return True
    return (
        isinstance(last, Raised)
        and last.value is not None
        and written(last.value).startswith("NotImplemented")
    )
