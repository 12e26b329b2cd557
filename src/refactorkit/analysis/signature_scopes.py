"""What a name at a place can mean beside what the facts about functions tell, and when a class is only named as a type."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence

from refactorkit.analysis.inference import Inference
from refactorkit.analysis.parameter_uses import is_bound_in
from refactorkit.analysis.signature_definition import Target, is_protocol
from refactorkit.analysis.symbols import External, Ref
from refactorkit.analysis.values import Callee, ClassObject, Instance, Outside, Super, Value
from refactorkit.model import Source

Ancestors = tuple[ast.AST, ...]
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
ALIAS = r"(?<![\w.]){name}[ \t]+as[ \t]+(\w+)"
ASKING = frozenset(
    [
        *("isinstance", "issubclass", "cast", "TypeVar", "get_type_hints", "super", "__new__", "suppress"),
        *("raises", "warns", "assertRaises", "assertRaisesRegex", "assertWarns", "assertIsInstance"),
    ]
)
"""Functions that take a class and don't call it; tests wait for exceptions with some."""


def aliases(names: Iterable[str], sources: Mapping[str, Source]) -> set[str]:
    """What `import ... as` calls these names anywhere in a project."""
    found: set[str] = set()
    for name in names:
        pattern = re.compile(ALIAS.format(name=re.escape(name)).encode())
        for source in sources.values():
            if name.encode() in source.data:
                found |= {match[1].decode("utf-8", "replace") for match in pattern.finditer(source.data)}
    return found


def root_of(node: ast.expr) -> str | None:
    """The name that a chain of attributes and calls begins with."""
    while not isinstance(node, ast.Name):
        inner = getattr(node, "value", None) or getattr(node, "func", None)
        if not isinstance(inner, ast.expr):
            return None
        node = inner
    return node.id


def is_hidden(name: str, node: ast.AST, ancestors: Ancestors) -> bool:
    """Whether a lambda, a comprehension or a class body around a place binds a name, which no scope of facts tells."""
    for number, ancestor in enumerate(ancestors):
        child = ancestors[number + 1] if number + 1 < len(ancestors) else node
        match ancestor:
            case ast.Lambda(body=body):
                if child is body and is_bound_in(ancestor, name):
                    return True
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                if any(isinstance(a, FunctionNode) for a in ancestors):
                    continue  # facts about the function tell
                names = {
                    n.id for g in ancestor.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)
                }
                if name in names:
                    return True
            case ast.ClassDef(body=body):
                inside = not any(isinstance(a, FunctionNode | ast.Lambda) for a in ancestors[number + 1 :])
                if inside and any(child is s for s in body) and is_bound_in(ancestor, name):
                    return True
            case _:
                pass
    return False


def name_of(values: Sequence[Value]) -> str:
    """The first of some values, for people."""
    match values[0] if values else None:
        case Callee(name=name):
            return name
        case Outside(qualified=qualified):
            return qualified
        case Instance(cls=cls) | ClassObject(cls=cls):
            return cls.name
        case Super(owner=owner):
            return owner.name
        case _:
            return "something else"


def is_type_context(node: ast.AST, ancestors: Ancestors) -> bool:
    """Whether a class is named at a place without being called, kept or handed on: as a type, a base, an owner of names."""
    child = node
    for parent in reversed(ancestors):
        match parent:
            case ast.arg(annotation=found) | ast.AnnAssign(annotation=found) if found is child:
                return True
            case ast.FunctionDef(returns=found) | ast.AsyncFunctionDef(returns=found) if found is child:
                return True
            case ast.ClassDef(bases=bases) if child in bases:
                return True
            case ast.ExceptHandler(type=found) if found is child:
                return True
            case ast.MatchClass(cls=found) if found is child:
                return True
            case ast.Attribute() | ast.Compare() | ast.Subscript():
                return True
            case ast.Call(func=func) if func is not child:
                return getattr(func, "attr", getattr(func, "id", "")) in ASKING
            case ast.BinOp(op=ast.BitOr()) | ast.Tuple() | ast.keyword():
                child = parent
            case _:
                return False
    return False


def may_stand_for(types: Inference, target: Target, receiver: Value, value: Value) -> str:
    """Why an object of the method's class may be what is declared as something else: as a Protocol, or as a base that
    is not part of the project; '' when it may not."""
    symbols, owner = types.symbols, target.owner
    if owner is None:
        return ""
    if isinstance(value, Callee) and value.receiver is not None:
        ref = Ref(value.path, value.name.rpartition(".")[0])
        if symbols.cls(ref) is not None and is_protocol(symbols, ref):
            return f"{ref.name} is a Protocol, which {owner.name} may implement"
    if isinstance(receiver, Outside) and receiver.kind == "object":
        below = (owner, *types.subclasses.of(owner).certain)
        if any(External(receiver.qualified) in symbols.order(ref) for ref in below):
            return f"it is declared as {receiver.qualified}, a base of {owner.name}"
    return ""


def is_of_family(types: Inference, target: Target, value: Value) -> bool:
    """Whether a value is a class or an object of one that may have the method: its own, one above or one below."""
    owner = target.owner
    if owner is None or not isinstance(value, Instance | ClassObject):
        return False
    below, above = types.subclasses.of(owner).certain, types.subclasses.of(value.cls).certain
    return value.cls == owner or value.cls in below or (owner in above and not value.is_exact)
