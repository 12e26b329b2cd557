"""What the twin calls of a comparison call: other pairs, helper twins, or something outside of the project."""

from __future__ import annotations

import ast

from msgspec import Struct

from refactorkit.analysis.class_statement import Class
from refactorkit.analysis.class_tree import ClassTree, members
from refactorkit.analysis.modules import Module, ModuleRef, Modules, Resolved, Symbol
from refactorkit.analysis.pair_expressions import TwinCall
from refactorkit.analysis.pair_sides import bound_names, local_imports, own_nodes, parameters
from refactorkit.analysis.pairs import Function, tail


class Place(Struct, frozen=True):
    """A function of the project: the class around it is None for a plain function."""

    path: str
    name: str
    node: Function
    owner: Class | None

    @property
    def key(self) -> tuple[str, str, int]:
        """What identifies the function: path, qualified name, line."""
        return self.path, self.name, self.node.lineno


class Callee(Struct, frozen=True):
    """What a twin call rests on: both functions of each possible target, or why that isn't known.

    `is_external` says that the project has no function of the async name: the method is a library's.
    """

    targets: tuple[tuple[Place, Place], ...] = ()
    unknown: str = ""
    is_external: bool = False


class Callees:
    """Resolves twin calls by imports, classes and annotations."""

    def __init__(self, modules: Modules, tree: ClassTree) -> None:
        self._modules = modules
        self._tree = tree
        self._defined: dict[str, bool] = {}

    def of(self, sync: Place, twin: Place, call: TwinCall) -> Callee:
        """What the call stands for in the two functions that were compared."""
        one, other = call.sync, call.twin
        if isinstance(one, ast.Name) and isinstance(other, ast.Name):
            left, right = self.function(sync, one.id), self.function(twin, other.id)
            if left is None or right is None:
                missing = one.id if left is None else other.id
                return Callee(unknown=f"{missing} isn't a plain function of the project")
            return Callee(((left, right),))
        assert isinstance(one, ast.Attribute)
        assert isinstance(other, ast.Attribute)
        receiver = self.receiver(sync, one.value)
        if receiver is None:
            if one.attr != other.attr and not self._defines(other.attr):
                return Callee(is_external=True)
            return Callee(unknown=f"what {ast.unparse(one.value)} is isn't known, so {one.attr} isn't either")
        return self._methods(receiver, one.attr, other.attr)

    def function(self, place: Place, name: str) -> Place | None:
        """The module-level function that a name means inside a function of the project."""
        module = self._modules.get(place.path)
        if module is None:
            return None
        imported = local_imports(place.node).get(name)
        if imported is not None:
            home, _, attribute = imported.rpartition(".")
            home = home or "."
            owner = self._modules.absolute(home, place.path)
            found = (
                self._modules.member(owner, attribute, near=place.path)
                if isinstance(owner, ModuleRef)
                else None
            )
        else:
            found = self._last(module, name)
        if isinstance(found, Symbol) and isinstance(found.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return Place(found.path, found.name, found.node, None)
        return None

    def _last(self, module: Module, name: str) -> Resolved | None:
        """What a name means at module level; overloads above a function are no other binding."""
        found = self._modules.lookup(module, name)
        if found is not None:
            return found
        possible = self._modules.possibilities(module, name)
        symbols = [s for s in possible if isinstance(s, Symbol)]
        plain = [
            s
            for s in symbols
            if not any(tail(d) == "overload" for d in getattr(s.node, "decorator_list", ()))
        ]
        return plain[0] if len(plain) == 1 and len(symbols) == len(possible) else None

    def receiver(self, place: Place, value: ast.expr) -> _Receiver | None:
        """The class of a call's receiver; None when it isn't known."""
        owner = place.owner
        first = next(iter(parameters(place.node.args)), None)
        is_bound = owner is not None and not any(tail(d) == "staticmethod" for d in place.node.decorator_list)
        match value:
            case ast.Call(func=ast.Name(id="super"), args=[]) if owner is not None:
                return _Receiver(owner, after=True)
            case ast.Name(id=name) if is_bound and first is not None and name == first.arg:
                assert owner is not None
                return None if self._is_rebound(place.node, name) else _Receiver(owner, virtual=True)
            case ast.Name(id=name):
                return self._named(place, name)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if (
                is_bound and first is not None and name == first.arg and owner is not None
            ):
                return self._attribute(owner, attribute)
            case ast.Call(func=func) if (made := self.class_of(place, func)) is not None:
                return _Receiver(made)
            case _:
                return None

    def _named(self, place: Place, name: str) -> _Receiver | None:
        for parameter in parameters(place.node.args):
            if parameter.arg == name:
                if parameter.annotation is None or self._is_rebound(place.node, name):
                    return None
                return self.annotated(place.path, parameter.annotation, place.owner)
        values = [
            n.value
            for n in own_nodes(place.node.body)
            if isinstance(n, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in n.targets)
        ]
        if not values:
            cls = self.class_of(place, ast.Name(name))
            return _Receiver(cls) if cls is not None and not self._is_rebound(place.node, name) else None
        if len(values) != 1 or bound_names(place.node)[name] != 1 or not isinstance(values[0], ast.Call):
            return None
        first = next(iter(parameters(place.node.args)), None)
        func = values[0].func
        if (
            isinstance(func, ast.Name)
            and place.owner is not None
            and first is not None
            and func.id == first.arg
        ):
            is_class = any(tail(d) == "classmethod" for d in place.node.decorator_list)
            return _Receiver(place.owner, virtual=True) if is_class else None
        made = self.class_of(place, func)
        return _Receiver(made) if made is not None else None

    def class_of(self, place: Place, expression: ast.expr) -> Class | None:
        """The class of the project that an expression in a function names."""
        module = self._modules.get(place.path)
        if module is None:
            return None
        if isinstance(expression, ast.Name) and expression.id in (imported := local_imports(place.node)):
            home, _, attribute = imported[expression.id].rpartition(".")
            owner = self._modules.absolute(home or ".", place.path)
            found = (
                self._modules.member(owner, attribute, near=place.path)
                if isinstance(owner, ModuleRef)
                else None
            )
            if isinstance(found, Symbol) and isinstance(found.node, ast.ClassDef):
                return Class(found.path, found.name, found.node)
            return None
        resolved = self._tree.resolve(module, expression)
        return resolved if isinstance(resolved, Class) else None

    def _attribute(self, owner: Class, name: str) -> _Receiver | None:
        """`self.name`: a property's return annotation, or the annotation of a class attribute."""
        for cls in self._tree.ancestry(owner).classes:
            for statement in cls.node.body:
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    if statement.target.id == name:
                        return self.annotated(cls.path, statement.annotation, owner)
            found = members(cls.node, name)
            if found and isinstance(found[-1], ast.FunctionDef):
                node = found[-1]
                is_property = any(tail(d) in ("property", "cached_property") for d in node.decorator_list)
                return self.annotated(cls.path, node.returns, owner) if is_property and node.returns else None
            if found:
                return None
        return None

    def annotated(self, path: str, annotation: ast.expr, owner: Class | None) -> _Receiver | None:
        """The class that an annotation names; `Optional`, quotes and `Self` are seen through."""
        module = self._modules.get(path)
        match annotation:
            case ast.Constant(value=str(text)):
                try:
                    return self.annotated(path, ast.parse(text, mode="eval").body, owner)
                except SyntaxError:
                    return None
            case ast.Subscript(value=value, slice=inner) if tail(value) in ("Optional", "Final", "ClassVar"):
                return self.annotated(path, inner, owner)
            case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Constant(value=None)):
                return self.annotated(path, left, owner)
            case ast.Name(id="Self") if owner is not None:
                return _Receiver(owner, virtual=True)
            case ast.Subscript(value=value):
                return self.annotated(path, value, owner)
            case ast.Name() | ast.Attribute() if module is not None:
                found = self._tree.resolve(module, annotation)
                return _Receiver(found, virtual=True) if isinstance(found, Class) else None
            case _:
                return None

    def _methods(self, receiver: _Receiver, sync: str, twin: str) -> Callee:
        """Both methods on the class and, where a subclass may stand in, on each subclass that overrides one."""
        cls = receiver.cls
        after = cls if receiver.after else None
        left, right = (self._tree.method(cls, name, after) for name in (sync, twin))
        if left is None or right is None:
            return Callee(unknown=f"{cls.name} has no method {sync if left is None else twin} in the project")
        targets = [(_place(left.owner, left.node), _place(right.owner, right.node))]
        for sub in self._tree.subclasses(cls) if receiver.virtual else ():
            if members(sub.node, sync) or members(sub.node, twin):
                one, other = self._tree.method(sub, sync), self._tree.method(sub, twin)
                if one is None or other is None or one.owner.key != other.owner.key:
                    return Callee(unknown=f"{sub.name} overrides only one of {sync} and {twin}")
                targets.append((_place(one.owner, one.node), _place(other.owner, other.node)))
        return Callee(tuple(targets))

    def _defines(self, name: str) -> bool:
        """Whether any file of the project defines a function of the name."""
        if name not in self._defined:
            wanted = f"def {name}".encode()
            paths = self._modules.mentioning({name})
            self._defined[name] = any(wanted in self._modules.data(path) for path in paths)
        return self._defined[name]

    def _is_rebound(self, node: Function, name: str) -> bool:
        return bound_names(node)[name] > 0


class _Receiver(Struct, frozen=True):
    """A receiver's class. `virtual`: a subclass may stand in; `after`: the look-up begins behind the class."""

    cls: Class
    virtual: bool = False
    after: bool = False


def _place(owner: Class, node: Function) -> Place:
    return Place(owner.path, f"{owner.name}.{node.name}", node, owner)
