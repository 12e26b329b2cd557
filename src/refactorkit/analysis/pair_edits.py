"""The edits that sync-wrapper plans for each file, as frozen facts that a worker can carry out without looking further."""

from __future__ import annotations

from msgspec import Struct

from refactorkit.analysis.caller_edits import Migration
from refactorkit.model import Finding
from refactorkit.splice import Splice


class Layer(Struct, frozen=True):
    """The sync module beside a module, from which that one hands the functions on.

    `path` is the new file; `module` is how it imports the other one, and `package` with `name` is how the other one
    imports it (`from package import name`; an empty package: `import name`). `imports` and `for_types` are (module,
    name), as `edit_imports` takes them, `twin` one of the async functions. `code` holds the functions, by `names`.
    """

    path: str
    module: str
    package: str
    name: str
    futures: tuple[str, ...]
    imports: tuple[tuple[str, str], ...]
    for_types: tuple[tuple[str, str], ...]
    twin: str
    names: tuple[str, ...]
    code: tuple[str, ...]
    first_party: tuple[str, ...]
    newline: str

    @property
    def dotted(self) -> str:
        """The new module as a from-import names it."""
        if not self.package:
            return self.name
        return self.package + ("" if self.package.endswith(".") else ".") + self.name


class FilePlan(Struct, frozen=True):
    """What becomes of one file: its findings and, if it changes, its edits.

    `bodies` put new bodies in place of old ones and change names in place, `delete` are ranges of lines of functions
    that nobody calls any more or that move to the `layer`, `add` are (module, name) to import, `remove` names whose import goes, `callers` are the
    awaited calls that take the async name, with their own findings.
    """

    findings: tuple[Finding, ...]
    bodies: tuple[Splice, ...] = ()
    delete: tuple[tuple[int, int], ...] = ()
    add: tuple[tuple[str, str], ...] = ()
    remove: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    first_party: tuple[str, ...] = ()
    callers: Migration = Migration()
    layer: Layer | None = None


class PairFacts(Struct, frozen=True):
    """Everything that sync-wrapper knows about a project and will do to it.

    `twins` gives the names of sync functions the names of their async twins, helpers included; `bridge` is its name.
    """

    files: dict[str, FilePlan]
    failures: dict[str, str] = {}
    twins: dict[str, str] = {}
    bridge: str = ""
