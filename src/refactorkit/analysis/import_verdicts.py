"""What can become of a deferred import: the actions, and the reasons for leaving it where it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct

from refactorkit.analysis.import_facts import ImportStatement


class Action(StrEnum):
    """What is done with a deferred import, as the ledger's evidence `action` says it."""

    DELETED = "deleted"
    TYPE_CHECKING = "type-checking"
    HOISTED = "hoisted"
    RETARGETED = "retargeted"
    EXTRACTED = "extracted"
    LEFT = "left"


class Reason(StrEnum):
    """Why a deferred import stays where it is."""

    OPTIONAL_DEPENDENCY = "optional-dependency"
    """It may fail: it stands in a `try` for that, under a platform guard, or nothing shows that what it loads is always installed."""
    STARTUP_COST = "startup-cost"
    """Importing the module would load more than today: pass `-o startup=allow` to accept that."""
    IMPORT_CYCLE = "import-cycle"
    """At the top it would close an import cycle, which the ledger shows: move what both sides need to a module of its own."""
    ENTERS_CYCLE = "enters-cycle"
    """It would start an import cycle that stands today from another of its modules, an order that may not work: break that cycle first."""
    RUNS_AS_SCRIPT = "runs-as-script"
    """The module imports itself and can be run as a script, where the import makes a second copy of it."""
    PATCHED_BY_TESTS = "patched-by-tests"
    """A test replaces the name at its home; a hoisted import would no longer see that. Patch it where it is used, or
    pass `-o patches=rewrite`, which does that where it is sure to be the same."""
    REBOUND_GLOBAL = "rebound-global"
    """The name gets new values at its home while the program runs; a hoisted import would keep the first. Import the module instead."""
    REBINDS_OUTSIDE = "rebinds-outside"
    """It binds a name declared `global` or `nonlocal`: the function sets a variable by importing."""
    SHADOWS_LOCAL = "shadows-local"
    """The name already means something else where the import would go, or in a function around it: import it under another name."""
    IMPORT_SIDE_EFFECT = "import-side-effect"
    """The module is imported for what running it does: nothing uses the name, or the option `side_effects` has it."""
    PACKAGE_INIT = "package-init"
    """The file is a package's `__init__`, which runs before every module below: nothing is hoisted there."""
    MODULE_GETATTR = "module-getattr"
    """It stands in a module's `__getattr__` or `__dir__`, which exists to import late."""
    CONDITIONAL = "conditional"
    """It runs only under a condition, and what it loads isn't loaded otherwise."""
    CLASS_SCOPE = "class-scope"
    """It stands in a class body inside a function and makes a class attribute."""
    READS_LOCALS = "reads-locals"
    """The function reads its own local names (`locals()`, `eval`), among which the imported one is."""
    SHARED_LINE = "shared-line"
    """Another statement stands on the same line: put the import on a line of its own."""
    UNRESOLVED_MODULE = "unresolved-module"
    """A relative import leads out of the project's files: nothing is known about what it loads."""
    LAZY_NAME = "lazy-name"
    """A module's `__getattr__` serves the name and its tables don't show from where: import it from its home."""
    RUNS_BEFORE_IMPORT = "runs-before-import"
    """Code that runs before it (`sys.path`, the environment, a monkey patch) may decide what it finds; at the top it would come first."""
    RUNS_ELSEWHERE = "runs-elsewhere"
    """A decorator (option `remote`) sends the function to another process or machine, which must import for itself."""
    STAR_EXPORT = "star-export"
    """Another module takes every name of this one by `import *`, so that a new one could replace a name there: give the module an `__all__`."""
    NAME_STAYS_LOCAL = "name-stays-local"
    """Another import of the name in the same function has to stay, for its own reason, and keeps the name local there."""
    TEST_OR_BUILD_FILE = "test-or-build-file"
    """Tests, `conftest.py`, `setup.py` and their kind import late on purpose: under fixtures, or before anything is installed."""
    COMMENT_IN_STATEMENT = "comment-in-statement"
    """A comment inside of the import would have to be moved with it: put it above the import."""


class Special(Struct, frozen=True):
    """Names that the user says something about: decorators by their last part that send a function elsewhere, and dotted
    modules of which importing changes something for the whole process."""

    remote: frozenset[str] = frozenset()
    side_effects: frozenset[str] = frozenset()

    def sends(self, decorators: Iterable[str]) -> str | None:
        """The first decorator that sends its function elsewhere."""
        return next((d for d in decorators if self.remote & {d, d.rpartition(".")[2]}), None)


ORDINARY = Special()


class Verdict(Struct, frozen=True, kw_only=True):
    """What becomes of one deferred import statement of the file `path`.

    `module` is where the names are imported from afterwards (None: the statement goes). `cycle` holds file paths, from
    the importing one back to itself; `loads` what would be loaded in addition; `bound` the names that the module level has already.
    """

    path: str
    statement: ImportStatement
    action: Action
    message: str
    reason: Reason | None = None
    module: str | None = None
    cycle: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()
    bound: tuple[str, ...] = ()


def left(
    path: str,
    statement: ImportStatement,
    reason: Reason,
    message: str,
    cycle: Sequence[str] = (),
    loads: Sequence[str] = (),
) -> Verdict:
    """The verdict that leaves an import where it is."""
    return Verdict(
        path=path,
        statement=statement,
        action=Action.LEFT,
        reason=reason,
        message=message,
        cycle=tuple(cycle),
        loads=tuple(loads),
    )
