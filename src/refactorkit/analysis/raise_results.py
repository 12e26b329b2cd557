"""What functions and methods of libraries give, by what they are given: elements, items, pairs."""

from __future__ import annotations

import ast
from functools import cache

from refactorkit.analysis.expressions import Call
from refactorkit.analysis.refined_values import KINDS, type_name
from refactorkit.analysis.values import (
    ClassObject,
    Many,
    Nothing,
    Outside,
    Returning,
    Row,
    Unknown,
    Value,
    Values,
    union,
    unknown,
)
from refactorkit.raise_knowledge.shapes import CONTAINERS

ELEMENTS = {
    "str": "str",
    "bytes": "int",
    "bytearray": "int",
    "range": "int",
    "io.TextIOWrapper": "str",
    "io.BufferedReader": "bytes",
    "os.ScandirIterator": "os.DirEntry",
}
"""What iterating over an object of a library type gives."""
RESULTS = {
    "str.__add__": "str",
    "str.__mod__": "str",
    "str.__mul__": "str",
    "str.__iadd__": "str",
    "str.__imul__": "str",
    "str.__imod__": "str",
    "bytes.__add__": "bytes",
    "bytes.__iadd__": "bytes",
    "pathlib.Path.__truediv__": "pathlib.Path",
}
"""What operators give, whatever the other operand is."""
NUMBERS = frozenset({"int", "float", "bool"})
ARITHMETIC = frozenset(
    f"__{inplace}{name}__"
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod")
    for inplace in ("", "i")
)
MAPPINGS = {
    "dict": "dict",
    "Dict": "dict",
    **{n: n for n in ("defaultdict", "OrderedDict", "Counter")},
    "DefaultDict": "defaultdict",
}
"""Generic mappings, by the name in an annotation."""
SEQUENCES = frozenset(["list", "deque"])
DEFAULTING = frozenset(["get", "pop", "setdefault"])
"""Methods of mappings whose second argument is what they give for a missing key."""
ITERATORS = {
    **{kind: f"{kind}_iterator" for kind in ("list", "tuple", "str", "bytes", "range")},
    **dict.fromkeys(("dict", "set", "frozenset", "dict_keys", "dict_values", "dict_items"), "dict_iterator"),
    **dict.fromkeys(KINDS.values(), "dict_iterator"),
}
"""What `iter` makes of a container; some notice when that has changed, which is a RuntimeError."""
ENVIRONMENT = frozenset(["os.getenv", "os.environ.get", "os._Environ.get"])
SUBSTITUTING = {"re.sub": (1, 2), "re.Pattern.sub": (0, 1)}
"""Functions that give the kind of text that they are given, by the places of the replacement and of the text."""
OPTIONAL = {
    **dict.fromkeys(("re.match", "re.search", "re.fullmatch"), "re.Match"),
    **dict.fromkeys(("re.Pattern.match", "re.Pattern.search", "re.Pattern.fullmatch"), "re.Match"),
    "shutil.which": "str",
}
"""Results that may be None instead."""


def handed_on(callee: str, given: list[Values], call: Call) -> Values | None:
    """What a function gives that hands its arguments on; None for another one."""
    if callee in OPTIONAL:
        return (*library_object(OPTIONAL[callee]), Nothing())
    if callee in ENVIRONMENT and not call.is_open:
        default = given[1] if len(given) > 1 else unknown("a keyword") if call.keywords else (Nothing(),)
        return union([library_object("str"), default])
    if callee in SUBSTITUTING and not call.is_open:
        return _substituted(given, SUBSTITUTING[callee])
    if not given or call.is_open or any(isinstance(v, Unknown) for v in given[0]):
        return None
    if callee in ("max", "min") and len(given) > 1 and not call.keywords:
        return union(given)
    inner = union([elements(v) for v in given[0]])
    match callee:
        case "iter" if len(given) == 1:
            kinds = {ITERATORS.get((type_name(v) or "").partition("[")[0]) for v in given[0]}
            kind = kinds.pop() if len(kinds) == 1 else None
            return (Many(inner, kind),) if kind else None
        case "enumerate" if _are_plain(given):
            return (Many((Row((library_object("int"), inner)),), "enumerate"),)
        case "zip" if (
            _are_plain(given) and not call.keywords
        ):  # with `strict` it raises a ValueError at the end
            every = tuple(union([elements(v) for v in values]) for values in given)
            return (Many((Row(every),), "zip"),)
        case "list" | "sorted":
            return (Many(inner, "list"),)
        case "tuple" | "set":
            return (Many(inner, callee),)
        case _:
            return None


def _substituted(given: list[Values], places: tuple[int, ...]) -> Values | None:
    """The text or the bytes that a substitution gives, where one of the arguments at some places shows which."""
    for place in places:
        names = {type_name(value) for value in given[place]} if place < len(given) else set()
        if names in ({"str"}, {"bytes"}):
            return library_object(names.pop())
    return None


def _are_plain(given: list[Values]) -> bool:
    """Whether iterating over values runs only code of the interpreter, also later."""
    return all((type_name(v) or "").partition("[")[0] in CONTAINERS for values in given for v in values)


def part(value: Value, index: int, count: int) -> Values:
    """What the `index`-th of `count` names gets of a value that is unpacked."""
    if isinstance(value, Row) and len(value.items) == count:
        return value.items[index]
    return unknown("it has another length") if isinstance(value, Row) else elements(value)


def elements(value: Value) -> Values:
    """What iterating over a value gives."""
    match value:
        case Many(result=result):
            return result
        case Row(items=items):
            return union(list(items))
        case Outside(kind="object") if (name := type_name(value)) in ELEMENTS:
            return library_object(ELEMENTS[name])
        case _:
            return unknown("its elements aren't known")


def item_of(value: Value, is_slice: bool) -> Values:
    """What a subscript of a value gives."""
    name = (type_name(value) or "").partition("[")[0]
    if is_slice and name in ("list", "str", "bytes", "tuple") and not isinstance(value, Row):
        return (value,)
    match value:
        case Row(items=items):
            return unknown("a part of a tuple") if is_slice else union(list(items))
        case Outside(qualified="os._Environ"):
            return library_object("str")
        case ClassObject() | Outside(kind="name"):
            return (value,)
        case Many(result=result, kind=kind) if kind in SEQUENCES and not is_slice:
            return result
        case Many(values=values, kind=kind) if kind in MAPPINGS and values:
            return values
        case Outside(kind="object") if name in ("str", "bytes") and not is_slice:
            return library_object("str" if name == "str" else "int")
        case _:
            return unknown("its items aren't known")


def number_of(kind: str, method: str, others: set[str | None]) -> str | None:
    """The type of a sum, a product or a quotient of numbers."""
    if not others <= NUMBERS:
        return None
    if method in ("__truediv__", "__itruediv__") or "float" in {kind, *others}:
        return "float"
    return "int"


def method_of(owner: Many, name: str) -> Values:
    """A method of a container, by what calling it gives."""
    match owner.kind, name:
        case kind, "get" if kind in MAPPINGS:
            return (Returning((*owner.values, Nothing())),)
        case kind, "popitem" if kind in MAPPINGS:
            return (Returning((Row((owner.result, owner.values)),)),)
        case kind, "pop" | "popleft" | "setdefault":
            return (Returning(owner.values if kind in MAPPINGS else owner.result),)
        case kind, "values" if kind in MAPPINGS:
            return (Returning((Many(owner.values, "dict_values"),)),)
        case kind, "keys" if kind in MAPPINGS:
            return (Returning((Many(owner.result, "dict_keys"),)),)
        case kind, "items" if kind in MAPPINGS:
            return (Returning((Many((Row((owner.result, owner.values)),), "dict_items"),)),)
        case _, "copy":
            return (Returning((owner,)),)
        case _:
            return (Outside(f"builtins.{owner.kind}.{name}", "member"),)


def library_object(name: str | None) -> Values:
    """An object of a type as the knowledge base names it: `int`, `list[str]`, `pathlib.Path`, `str | None`."""
    return unknown("its type isn't known") if name is None else _object(name)


@cache
def _object(name: str) -> Values:
    return _of(ast.parse(name, mode="eval").body)


def _of(node: ast.expr) -> Values:
    match node:
        case ast.BinOp(left=left, right=right):
            return union([_of(left), _of(right)])
        case ast.Constant(value=None) | ast.Name(id="NoneType"):
            return (Nothing(),)
        case ast.Name(id="Any"):
            return unknown("its type is open")
        case ast.Subscript(value=ast.Name(id=outer), slice=inner):
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            if outer == "dict" and len(parts) == 2:
                return (Many(_of(parts[0]), "dict", _of(parts[1])),)
            if outer != "tuple":
                return (Many(_of(parts[0]), outer),)
            if isinstance(parts[-1], ast.Constant) and parts[-1].value is ...:
                return (Many(_of(parts[0]), "tuple"),)
            return (Row(tuple(_of(part) for part in parts)),)
        case _:
            name = ast.unparse(node)
            return (Outside(name if "." in name else f"builtins.{name}", "object"),)
