"""What calls into installed packages raise, worked out from their sources when it is asked, and kept by version.

A package's function counts as known when everything that it runs is: in its own distribution, in those it relies on, and in
the standard library. That holds for arguments of the types that its parameters are annotated with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from msgspec import Struct

from refactorkit.analysis.expressions import Call
from refactorkit.analysis.handler_reasons import Reason
from refactorkit.analysis.package_analysis import PackageAnalysis, Reached
from refactorkit.analysis.package_questions import AWAITED, EXACT, NAME, Packages
from refactorkit.analysis.package_symbols import OUTSIDE, PackageSources
from refactorkit.analysis.raise_files import rebound
from refactorkit.analysis.raise_sets import Key, Raises, Unknown
from refactorkit.analysis.raise_types import Lineage, Raisable, bare
from refactorkit.analysis.symbols import Definition, External, ModuleRef, Ref
from refactorkit.analysis.values import (
    Awaitable,
    ClassObject,
    Instance,
    Many,
    Nothing,
    Outside,
    Place,
    Value,
    Values,
    union,
    unknown,
)
from refactorkit.distributions import Distribution, Installed
from refactorkit.facts import of_lasting

INSTALLED = "installed: "
"""What an assumption begins with that names a distribution and its version."""


class Answer(Struct, frozen=True):
    """What one callee raises: types by name with a witness each; `why` isn't '' where more may come, for a `reason`.
    `names` and `outside` are what the answer rests on, `words` what their owners are called, `rests` the distributions
    by name with the digests of their RECORD."""

    raises: dict[str, tuple[str, ...]] = {}
    assumes: tuple[str, ...] = ()
    reason: str = ""
    why: str = ""
    steps: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    rests: dict[str, str] = {}
    environment: str = ""
    """The signature of all that is installed where something is missing, which may be found once it is there."""


class Patches(Struct, frozen=True):
    """What the files of a distribution assign to as attributes of something that isn't their own, by bare names."""

    names: tuple[str, ...]


class InstalledPackages(Packages):
    """Answers about the packages of one environment. `assigned` gives what the project assigns to others' attributes."""

    def __init__(
        self, installed: Installed, python: tuple[int, int], assigned: Callable[[], Iterable[str]]
    ) -> None:
        self._installed = installed
        self._python = python
        self._assigned = assigned
        self._names: dict[str, str] = {}
        self._lineages: dict[str, Lineage | None] = {}
        self._raised: dict[Key, Raises] = {}
        self._patches: dict[str, frozenset[str]] = {}
        self.consulted: dict[str, str] = {}

    @cached_property
    def _analysis(self) -> PackageAnalysis:
        return PackageAnalysis(PackageSources(self._installed), self._python, self._assigned_near)

    @cached_property
    def _pairs(self) -> frozenset[tuple[str, str]]:
        """The project's assignments: the last word of what is assigned on, and the attribute."""
        return frozenset(
            (owner, name) for owner, dot, name in (p.rpartition(".") for p in self._assigned()) if dot
        )

    @cached_property
    def _private(self) -> frozenset[str]:
        """The private names that the project assigns to as attributes of something that isn't its own."""
        return frozenset(name for _, name in self._pairs if name.startswith("_"))

    def owns(self, qualified: str) -> bool:
        """Whether a dotted name is one of a package, not of the standard library."""
        root, dot, _ = qualified.partition(".")
        return bool(dot) and root not in OUTSIDE

    def raised(self, key: Key) -> Raises:
        """What the call of a key raises."""
        if key not in self._raised:
            self._raised[key] = self._answered(key)
        return self._raised[key]

    def _answered(self, key: Key) -> Raises:
        qualified, how = key.name, key.line
        owners = self._owners(qualified)
        if not owners:
            why = "not installed" if self._installed.is_somewhere else "no environment was found"
            return _top(Reason.PACKAGE_MISSING, f"{qualified}() ({why})", ())
        digest = "".join(owner.digest for owner in owners)
        parts = ("package", digest, qualified, str(how), str(self._python), *sorted(self._private))
        answer = of_lasting(Answer, __name__, parts, lambda: self._derived(qualified, how), self._is_current)
        answer = self._checked(qualified, answer)
        label = ", ".join(owner.label for owner in owners)
        types: dict[Raisable, tuple[str, ...]] = dict(answer.raises.items())
        if answer.why:
            top = _top(Reason(answer.reason), f"{qualified}() of {label} ({answer.why})", answer.steps)
            return Raises(types, top.unknown, (), answer.assumes)
        rests = tuple(f"{INSTALLED}{name} {self._version(name)}" for name in sorted(answer.rests))
        return Raises(types, {}, (), (*answer.assumes, *rests))

    def _owners(self, qualified: str) -> list[Distribution]:
        """The distributions that a name may belong to; from now on they count as consulted."""
        owners = [*self._installed.owners(qualified.partition(".")[0])]
        self.consulted.update({owner.name: owner.version for owner in owners})
        return owners

    def _version(self, name: str) -> str:
        found = self._installed.named(name)
        return found.version if found else ""

    def _is_current(self, answer: Answer) -> bool:
        """Whether the distributions that an answer rests on are still the same."""
        if answer.environment not in ("", self._installed.signature):
            return False
        found = {name: self._installed.named(name) for name in answer.rests}
        return all(d is not None and d.digest == answer.rests[name] for name, d in found.items())

    def _derived(self, qualified: str, how: int) -> Answer:
        problem = self._problem(qualified, how)
        if problem:
            return Answer(
                reason=str(Reason.PACKAGE_NOT_SOURCE), why=problem, environment=self._installed.signature
            )
        is_exact = None if how % AWAITED == NAME else how % AWAITED == EXACT
        reached = self._analysis.raised(qualified, is_exact, how >= AWAITED)
        paths = {key[0] for key in reached.keys if key[0]}
        distributions = self._analysis.sources.consulted([*paths, self._analysis.file(qualified)])
        raised = reached.raised
        kinds = {kind: self.name_of(kind) for kind in raised.types}
        answer = Answer(
            raises={kinds[kind]: steps for kind, steps in raised.types.items()},
            assumes=raised.assumes,
            names=tuple(
                sorted({n for q in (qualified, *(k.name for k in reached.keys)) for n in q.split(".")})
            ),
            words=tuple(sorted(_words(self._analysis.symbols.module_name, reached, qualified))),
            outside=tuple(sorted(reached.outside)),
            rests={name: found.digest for name, found in distributions.items()},
        )
        return self._doubted(answer, self._doubt(reached))

    def _doubted(self, answer: Answer, doubt: tuple[Reason, str, tuple[str, ...]] | None) -> Answer:
        if doubt is None:
            return answer
        reason, why, steps = doubt
        return Answer(
            answer.raises,
            answer.assumes,
            str(reason),
            why,
            tuple(step.removesuffix(":0") for step in steps),
            rests=answer.rests,
            environment=self._installed.signature,
        )

    def _doubt(self, reached: Reached) -> tuple[Reason, str, tuple[str, ...]] | None:
        """Why what was worked out isn't everything, by a reason, words and steps."""
        for top, steps in reached.raised.unknown.items():
            return Reason.PACKAGE_NOT_DERIVED, f"{top.what}: {top.reason}", steps
        for kind, steps in reached.raised.types.items():
            if not self._analysis.kinds.lineage(kind).is_whole:
                return Reason.PACKAGE_NOT_DERIVED, f"{self.name_of(kind)}: {Reason.UNKNOWN_EXCEPTION}", steps
        patched = self._patched(reached)
        return (Reason.PACKAGE_NOT_DERIVED, f"{patched}(): {Reason.REBOUND_NAME}", ()) if patched else None

    def _patched(self, reached: Reached) -> str:
        """A function of some that its own distribution assigns to from elsewhere; '' for none."""
        for key in reached.keys:
            if key.name.rpartition(".")[2] in self._assigned_near(key.path):
                return key.name
        return ""

    def _assigned_near(self, path: str) -> frozenset[str]:
        """The names that the distribution of a file assigns to from elsewhere, and the private ones of the project."""
        owner = self._installed.owner(path)
        return self._private | self._assigned_in(owner) if owner is not None else self._private

    def _assigned_in(self, owner: Distribution) -> frozenset[str]:
        if owner.name not in self._patches:
            found = of_lasting(
                Patches, __name__, ("patches", owner.digest), lambda: self._read_patches(owner)
            )
            self._patches[owner.name] = frozenset(found.names)
        return self._patches[owner.name]

    def _read_patches(self, owner: Distribution) -> Patches:
        sources = self._analysis.sources
        found: set[str] = set()
        for path in owner.files:
            if path in sources:
                found |= {pair.rpartition(".")[2] for pair in rebound(sources[path].data).names}
        return Patches(tuple(sorted(found)))

    def _checked(self, qualified: str, answer: Answer) -> Answer:
        """An answer, which isn't everything where the project assigns to something that it rests on."""
        names, words, outside = set(answer.names), set(answer.words), set(answer.outside)
        for owner, name in self._pairs if not answer.why else ():
            if (name in names and owner in words) or f"{owner}.{name}" in outside:
                said = f"{owner}.{name}: {Reason.REBOUND_NAME}"
                return Answer(answer.raises, answer.assumes, str(Reason.PACKAGE_NOT_DERIVED), said)
        return answer

    def _problem(self, qualified: str, how: int) -> str:
        """Why there is no source to look at for a callee; '' where there is."""
        symbols, sources = self._analysis.symbols, self._analysis.sources
        target = qualified.rpartition(".")[0] if how % AWAITED else qualified
        found = symbols.resolve_name(target)
        if isinstance(found, External) and self.owns(found.qualified):
            return f"{found.qualified} is no Python source"
        if found is not None:
            return ""
        parts = qualified.split(".")
        for count in range(1, len(parts)):
            owner = symbols.resolve_name(".".join(parts[:count]))
            if isinstance(owner, External) and self.owns(f"{owner.qualified}."):
                return f"{owner.qualified} is no Python source"
            stem = "/".join(parts[:count])
            if {stem, f"{stem}/__init__"} & sources.compiled(parts[0]):
                return f"{'.'.join(parts[:count])} is no Python source"
            file = sources.module(".".join(parts[:count]))
            if file and not file.endswith("/") and (problem := sources.problem(file)):
                return problem
            facts = symbols.outline(file) if file else None
            if facts and parts[count] not in facts.names and "__getattr__" in facts.names:
                return f"{'.'.join(parts[:count])} makes its names up when it is asked"
        return ""

    def name_of(self, kind: Raisable) -> str:
        """The one name of an exception type that a package raises."""
        if isinstance(kind, str):
            return self.named(kind)
        return self.named(f"{self._analysis.symbols.module_name(kind.path)}.{kind.name}")

    def named(self, qualified: str) -> str:
        """The one name of a class of a package: in the outermost public module that has it. What isn't known stays."""
        if qualified not in self._names:
            self._names[qualified] = (
                self._named(qualified) if self.owns(qualified) else bare(qualified, self._python)
            )
        return self._names[qualified]

    def _named(self, qualified: str) -> str:
        if not self._owners(qualified):
            return qualified
        symbols = self._analysis.symbols
        found = symbols.resolve_name(qualified)
        if isinstance(found, External):
            home, _, last = found.qualified.rpartition(".")
            if not self.owns(found.qualified):
                return bare(found.qualified, self._python)
        elif isinstance(found, Ref):
            home, last = symbols.module_name(found.path), found.name
        else:
            return qualified
        parts = home.split(".")
        for count in range(1, len(parts)):
            name = f"{'.'.join(parts[:count])}.{last}"
            if (
                not any(part.startswith("_") for part in parts[:count])
                and symbols.resolve_name(name) == found
            ):
                return name
        return f"{home}.{last}"

    def lineage(self, name: str) -> Lineage | None:
        """The superclasses of an exception type of a package, by their names; None for a type that isn't known."""
        if name not in self._lineages:
            self._lineages[name] = self._lineage(name) if self.owns(name) else None
        return self._lineages[name]

    def _lineage(self, name: str) -> Lineage | None:
        found = self._analysis.symbols.resolve_name(name) if self._owners(name) else None
        if not isinstance(found, Ref):
            return None
        lineage = self._analysis.kinds.lineage(found)
        return Lineage(frozenset(self.name_of(kind) for kind in lineage.types), lineage.is_whole)

    def has_name(self, qualified: str) -> bool:
        """Whether a dotted name is one that a module of a package binds, so that reading it runs no code."""
        if not self.owns(qualified) or not self._owners(qualified):
            return False
        found = self._analysis.symbols.resolve_name(qualified)
        return found is not None and not isinstance(found, External)

    def has_class(self, qualified: str) -> bool:
        """Whether a dotted name is one of a class of a package."""
        return bool(self._owners(qualified)) and isinstance(
            self._analysis.symbols.resolve_name(qualified), Ref
        )

    def has_module(self, name: str) -> bool:
        """Whether a dotted name is one of a module that is there."""
        found = self._analysis.symbols.resolve_name(name) if self._owners(name) else None
        return isinstance(found, ModuleRef) and not found.path.endswith("/")

    def has_attribute(self, name: str, attribute: str) -> bool:
        """Whether every exception of a type of a package has an attribute, as far as it is known."""
        symbols = self._analysis.symbols
        found = symbols.resolve_name(name) if self.owns(name) and self._owners(name) else None
        for base in symbols.order(found) if isinstance(found, Ref) else ():
            facts = symbols.cls(base) if isinstance(base, Ref) else None
            if facts and (attribute in facts.attributes or attribute in facts.members):
                return True
        return False

    def returned(self, callee: Outside, call: Call) -> Values:
        """What calling a function, a class or a method of a package gives, as the package's annotations have it."""
        if not self._owners(callee.qualified):
            return unknown(f"what {callee.qualified}() returns isn't known")
        types, symbols = self._analysis.types, self._analysis.symbols
        owner, _, name = callee.qualified.rpartition(".")
        found = symbols.resolve_name(callee.qualified if callee.kind == "name" else owner)
        values: Values = ()
        if callee.kind == "name" and isinstance(found, Ref | Definition):
            values = types.value(found)
        elif callee.kind == "member" and isinstance(found, Ref):
            values = types.attribute(Instance(found), name)
        made = union([types.functions.called(value, call, Place("")) for value in values])
        return union([self._outer(value) for value in made]) or unknown(
            f"what {callee.qualified}() returns isn't known"
        )

    def _outer(self, value: Value) -> Values:
        """A value of a package as the project sees it."""
        match value:
            case Instance(cls=cls, is_exact=is_exact):
                return (Outside(self.name_of(cls), "object", is_exact),)
            case ClassObject(cls=cls, is_exact=True):
                return (Outside(self.name_of(cls)),)
            case Many(result=result, kind=kind, values=values):
                return (Many(self._outers(result), kind, self._outers(values)),)
            case Awaitable(result=result):
                return (Awaitable(self._outers(result)),)
            case Nothing() | Outside(kind="object"):
                return (value,)
            case _:
                return unknown("what a package gives isn't known")

    def _outers(self, values: Values) -> Values:
        return union([self._outer(value) for value in values])


def _words(module_name: Callable[[str], str], reached: Reached, qualified: str) -> set[str]:
    """What the owners of functions are called: each word of the names of their modules and classes."""
    found = set(qualified.split(".")[:-1])
    for key in reached.keys:
        found |= {*module_name(key.path).split("."), *key.name.split(".")[:-1]}
    return found


def _top(reason: Reason, what: str, steps: tuple[str, ...]) -> Raises:
    return Raises({}, {Unknown(reason, what): steps})
