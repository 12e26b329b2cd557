"""Writes `types.json` from type stubs: `python -m refactorkit.raise_knowledge.stubs FOLDER` (mypy has them in `typeshed/stdlib`).

Kept is what is the same in every supported version, and closed: scalars, containers of scalars, a few classes of which
there are no subclasses about, and choices among these and None. Nothing is kept of a type variable.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from msgspec import json

VERSIONS = ((3, 11), (3, 12), (3, 13))
PLAIN = frozenset({"str", "bytes", "int", "float", "bool", "complex", "bytearray"})
CONTAINERS = frozenset({"list", "tuple", "dict", "set", "frozenset"})
CLASSES = frozenset(
    {
        "os.stat_result",
        "os.terminal_size",
        "os.times_result",
        "os.uname_result",
        "os.statvfs_result",
        "time.struct_time",
    }
    | {"re.Match", "re.Pattern", "datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta"}
    | {
        "datetime.timezone",
        "uuid.UUID",
        "fractions.Fraction",
        "decimal.Decimal",
        "pathlib.Path",
        "pathlib.PurePath",
    }
    | {
        "subprocess.CompletedProcess",
        "zipfile.ZipInfo",
        "tarfile.TarInfo",
        "codecs.CodecInfo",
        "slice",
        "range",
    }
    | {"types.FrameType", "types.CodeType", "types.TracebackType", "types.ModuleType", "types.FunctionType"}
    | {
        "struct.Struct",
        "socket.socket",
        "ipaddress.IPv4Address",
        "ipaddress.IPv6Address",
        "io.BytesIO",
        "io.StringIO",
    }
    | {
        "urllib.parse.SplitResult",
        "urllib.parse.ParseResult",
        "pwd.struct_passwd",
        "grp.struct_group",
        "memoryview",
    }
    | {
        "zoneinfo.ZoneInfo",
        "collections.deque",
        "collections.OrderedDict",
        "array.array",
        "inspect.FrameInfo",
    }
    | {
        "sys._version_info",
        "string.Template",
        "weakref.ReferenceType",
        "traceback.FrameSummary",
        "subprocess.Popen",
        "tempfile._TemporaryFileWrapper",
        "os.DirEntry",
    }
)
COMPUTED = frozenset({"urllib.parse", "subprocess", "zipfile", "tarfile", "string", "ipaddress", "traceback"})
"""Modules whose properties are Python code: only what is annotated as data is an attribute."""
ANYTHING = "Any"
"""An element of a tuple whose type is open."""
WINDOWS = frozenset({"winreg", "msvcrt", "_winapi", "winsound"})
"""Modules that only Windows has, so that their stubs are read as Windows has them."""
NOT_STABLE = frozenset({"__match_args__", "__slots__", "__all__"})
STATIC = frozenset({"classmethod", "staticmethod"})
HOMES = {
    "posixpath": "os.path",
    "genericpath": "os.path",
    "posix": "os",
    "_socket": "socket",
    "_struct": "struct",
    "_operator": "operator",
}
HOMES |= {
    "_codecs": "codecs",
    "_thread": "threading",
    "_weakref": "weakref",
    "_io": "io",
    "builtins": "",
    "_decimal": "decimal",
}
HOMES |= {
    f"_{name}": name
    for name in (
        "stat",
        "csv",
        "bisect",
        "heapq",
        "random",
        "warnings",
        "queue",
        "locale",
        "ssl",
        "bz2",
        "lzma",
    )
}


class Found:
    """What the stubs say in one version: results by callee, types of attributes by class and of constants by module, and the
    methods of classes that are called without an object."""

    def __init__(self, version: tuple[int, int]) -> None:
        self.version = version
        self.returns: dict[str, str | None] = {}
        self.attributes: dict[str, str] = {}
        self._platform = "linux"
        self.unbound: set[str] = set()

    def read(self, module: str, tree: ast.Module) -> None:
        """Read the stub of a module."""
        self._platform = "win32" if module in WINDOWS else "linux"
        names = {"float": "float"}
        home = HOMES.get(module, module)
        for node in self._live(tree.body):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                source = HOMES.get(node.module, node.module)
                names |= {a.asname or a.name: f"{source}.{a.name}".lstrip(".") for a in node.names}
            elif isinstance(node, ast.ClassDef):
                names[node.name] = f"{home}.{node.name}".lstrip(".")
        for node in self._live(tree.body):
            if isinstance(node, ast.FunctionDef):
                self._function(home, node, names)
            elif isinstance(node, ast.ClassDef):
                self._class(f"{home}.{node.name}".lstrip("."), node, names)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                annotation = constant(node.annotation, node.value)
                self._attribute(home, node.target.id, annotation, names, must_be_closed=True)

    def _class(self, name: str, node: ast.ClassDef, names: dict[str, str]) -> None:
        for inner in self._live(node.body):
            if isinstance(inner, ast.FunctionDef):
                if inner.name == "__new__" or STATIC & {ast.unparse(d) for d in inner.decorator_list}:
                    self.unbound.add(f"{name}.{inner.name}")
                if any(isinstance(d, ast.Name) and d.id == "property" for d in inner.decorator_list):
                    if name in CLASSES and name.rpartition(".")[0] not in COMPUTED:
                        self._attribute(name, inner.name, inner.returns, names, must_be_closed=False)
                else:
                    self._function(name, inner, names)
            elif isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name) and name in CLASSES:
                self._attribute(name, inner.target.id, inner.annotation, names, must_be_closed=False)

    def _function(self, owner: str, node: ast.FunctionDef, names: dict[str, str]) -> None:
        if not owner and node.name in CONTAINERS:
            return
        kind = closed(node.returns, names)
        kind = None if kind == "None" else kind
        key = f"{owner}.{node.name}".lstrip(".")
        self.returns[key] = kind if self.returns.setdefault(key, kind) == kind else None

    def _attribute(
        self, owner: str, name: str, annotation: ast.expr | None, names: dict[str, str], must_be_closed: bool
    ) -> None:
        kind = closed(annotation, names)
        if name not in NOT_STABLE and owner and (kind or not must_be_closed):
            self.attributes[f"{owner}.{name}"] = kind or ""

    def _live(self, body: list[ast.stmt]) -> Iterator[ast.stmt]:
        """The statements that count in this version."""
        for node in body:
            if not isinstance(node, ast.If):
                yield node
                continue
            code = compile(ast.Expression(node.test), "stub", "eval")
            facts = {"version_info": (*self.version, 0), "platform": self._platform}
            yield from self._live(
                node.body if eval(code, {"sys": _Platform(**facts), "TYPE_CHECKING": True}) else node.orelse
            )


class _Platform:
    """What conditions in stubs ask `sys` for."""

    def __init__(self, version_info: object, platform: object) -> None:
        self.version_info, self.platform = version_info, platform


def constant(annotation: ast.expr, value: ast.expr | None) -> ast.expr:
    """The annotation of a constant without its `Final`; without a type there, the name of its value's type."""
    match annotation, value:
        case ast.Subscript(value=ast.Name(id="Final"), slice=inner), _:
            return inner
        case ast.Name(id="Final"), ast.Constant(value=known):
            return ast.Name(type(known).__name__)
        case _:
            return annotation


def closed(node: ast.expr | None, names: dict[str, str]) -> str | None:
    """A type as the knowledge base writes it; None for one that is open."""
    match node:
        case ast.Name(id="TypeIs" | "TypeGuard"):
            return "bool"
        case ast.Subscript(value=ast.Name(id="TypeIs" | "TypeGuard")):
            return "bool"
        case ast.Name(id=name) if name in PLAIN and names.get(name, name) == name:
            return name
        case ast.Name(id=name) if names.get(name) in CLASSES:
            return names[name]
        case ast.Attribute() if ast.unparse(node) in CLASSES:
            return ast.unparse(node)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            kinds = [closed(left, names), closed(right, names)]
            return " | ".join(kind for kind in kinds if kind) if all(kinds) else None
        case ast.Constant(value=None):
            return "None"
        case ast.Subscript(value=ast.Name(id=outer), slice=inner) if (
            outer in CONTAINERS or names.get(outer) in CLASSES
        ):
            if names.get(outer) in CLASSES:
                return names[outer]
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            if outer == "tuple" and isinstance(inner, ast.Tuple):
                every = [_part(p, names) for p in parts]
                return f"tuple[{', '.join(every)}]" if set(every) - {ANYTHING, "..."} else outer
            kinds = [_part(p, names) for p in parts]
            kinds = [kind if kind != ANYTHING else None for kind in kinds]
            return f"{outer}[{', '.join(k for k in kinds if k)}]" if all(kinds) else outer
        case _:
            return None


def _part(node: ast.expr, names: dict[str, str]) -> str:
    """An argument of a generic type."""
    if isinstance(node, ast.Constant) and node.value is ...:
        return "..."
    return closed(node, names) or ANYTHING


def written(folder: Path) -> bytes:
    """The text of `types.json`. Raises OSError, and SyntaxError for a stub that this Python can't read."""
    versions = []
    for version in VERSIONS:
        found = Found(version)
        for path in sorted(folder.rglob("*.pyi")):
            module = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
            if module.partition(".")[0] in sys.stdlib_module_names - {"posix", "nt"}:
                found.read(module, ast.parse(path.read_bytes()))
        versions.append(found)
    first, *others = versions
    returns = {k: v for k, v in first.returns.items() if v and all(o.returns.get(k) == v for o in others)}
    attributes = {k: v for k, v in first.attributes.items() if all(o.attributes.get(k) == v for o in others)}
    unbound = set[str]().union(*(found.unbound for found in versions))
    tables = {
        "attributes": dict(sorted(attributes.items())),
        "returns": dict(sorted(returns.items())),
        "unbound": sorted(unbound),
    }
    return json.format(json.encode(tables), indent=1) + b"\n"


if __name__ == "__main__":
    (Path(__file__).parent / "types.json").write_bytes(written(Path(sys.argv[1])))
