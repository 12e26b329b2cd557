"""What a body does that would come out differently in a bridge: in another thread, context or call stack, in a loop.

Functions of the project that a body calls by name, or as a method of its own class, are looked into as well, three
calls deep; what outside code does is not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from functools import lru_cache

from refactorkit.analysis.class_tree import ClassTree, Method, members
from refactorkit.analysis.modules import Modules, Symbol
from refactorkit.analysis.pair_callees import Callees, Place
from refactorkit.analysis.pair_reasons import Reason
from refactorkit.analysis.pair_sides import REMEMBERED, Side, own_nodes, parameters
from refactorkit.analysis.pairs import Function, tail
from refactorkit.syntax import descendants

DEPTH = 3
"""How many calls deep the project's own functions are looked into."""

THREAD = frozenset(
    "threading.local threading.get_ident threading.get_native_id threading.current_thread threading.main_thread "  # noqa: SIM905
    "signal.signal signal.setitimer signal.pthread_sigmask signal.set_wakeup_fd".split()
)
FRAME = frozenset(
    "inspect.stack inspect.currentframe sys._getframe builtins.locals builtins.vars builtins.eval builtins.exec "  # noqa: SIM905
    "traceback.print_stack traceback.format_stack traceback.extract_stack".split()
)
LOOP = frozenset(
    "asyncio.run asyncio.get_running_loop asyncio.get_event_loop asyncio.current_task anyio.run trio.run "  # noqa: SIM905
    "anyio.from_thread.run sniffio.current_async_library".split()
)
LOCK = re.compile(r"lock|mutex|semaphore|condition", re.IGNORECASE)
"""What a lock is usually called: a reentrant one that the caller holds would stop the bridge's thread for ever."""
ENDS = frozenset({"sys.exit", "os._exit", "builtins.exit", "builtins.quit"})
ENDING = frozenset({"SystemExit", "KeyboardInterrupt", "GeneratorExit", "CancelledError"})

Hazard = tuple[Reason, str]


class Hazards:
    """Finds hazards. `dispatchers` are the keys of the project's decorated sync halves, `makers` the functions that make
    the async side's clients and the bridge, which are asked for what they need."""

    def __init__(
        self,
        modules: Modules,
        tree: ClassTree,
        callees: Callees,
        dispatchers: Collection[tuple[str, str, int]],
        flag: str,
        makers: Collection[str] = (),
    ) -> None:
        self._modules = modules
        self._tree = tree
        self._callees = callees
        self._dispatchers = dispatchers
        self._flag = flag
        self._makers = {name.rpartition(".")[2] for name in makers}
        self._reached: dict[tuple[str, str, int], Hazard | None] = {}

    def of(self, sync: Place, twin: Place) -> Hazard | None:
        """What stands in the way of running the body elsewhere; None when nothing is known to."""
        for place in (twin, sync):
            found = self._own(place, deep=False)
            if found:
                return found
        return self._foreign(twin) or self._reach(twin, DEPTH)

    def _own(self, place: Place, deep: bool) -> Hazard | None:
        """The hazards in one function's code; those of frames and exceptions only count in the body itself."""
        module = self._modules.get(place.path)
        if module is None:
            return None
        side = Side(place.node, module)
        for node in (n for s in place.node.body for n in descendants(s)):
            found = self._call(side, place, node, deep) if isinstance(node, ast.Call) else None
            if not found and not deep:
                found = self._held(place, node)
            if isinstance(node, ast.Raise) and node.exc is not None and not deep:
                name = tail(node.exc)
                if name == "StopIteration":
                    found = Reason.STOP_ITERATION, f"line {node.lineno} raises StopIteration"
                elif name in ENDING:
                    found = Reason.ENDS_THE_LOOP, f"line {node.lineno} raises {name}"
            if found:
                return found
        return None

    def _call(self, side: Side, place: Place, node: ast.Call, deep: bool) -> Hazard | None:
        name = side.qualified(node.func) or ""
        where = f"{place.name} line {node.lineno}"
        if name in THREAD or (
            not deep and isinstance(node.func, ast.Attribute) and node.func.attr == "acquire"
        ):
            return Reason.DEPENDS_ON_THREAD, f"{where} calls {name or ast.unparse(node.func)}"
        if self._sets_context(place, node):
            return Reason.WRITES_CONTEXT, f"{where} sets a context variable"
        if deep:
            return (Reason.DEPENDS_ON_LOOP, f"{where} calls {name}") if name in LOOP else None
        if name in FRAME or any(k.arg == "stacklevel" for k in node.keywords):
            return Reason.DEPENDS_ON_FRAME, f"{where} looks at the call stack"
        if name == "builtins.next" and len(node.args) == 1:
            return Reason.STOP_ITERATION, f"{where} calls next without a default"
        if name in ENDS:
            return Reason.ENDS_THE_LOOP, f"{where} calls {name.removeprefix('builtins.')}"
        return None

    def _held(self, place: Place, node: ast.AST) -> Hazard | None:
        """A lock that the caller may hold already, and data of one thread."""
        if isinstance(node, ast.With):
            for item in node.items:
                if LOCK.search(ast.unparse(item.context_expr)):
                    said = f"line {node.lineno} takes {ast.unparse(item.context_expr)}, which the caller may hold"
                    return Reason.DEPENDS_ON_THREAD, said
        if isinstance(node, ast.Name) and isinstance(self._assigned(place, node), ast.Call):
            if tail(self._assigned(place, node) or node) == "local":
                return (
                    Reason.DEPENDS_ON_THREAD,
                    f"line {node.lineno} reads {node.id}, which each thread has its own of",
                )
        return None

    def _assigned(self, place: Place, node: ast.expr) -> ast.expr | None:
        """The value that is assigned to a name at module level."""
        module = self._modules.get(place.path)
        found = self._modules.resolve(module, node) if module else None
        value = getattr(found.node, "value", None) if isinstance(found, Symbol) else None
        return value if isinstance(value, ast.expr) else None

    def _sets_context(self, place: Place, node: ast.Call) -> bool:
        """Whether a call is `variable.set(...)` or `.reset(...)` of a ContextVar at module level."""
        func = node.func
        if not isinstance(func, ast.Attribute) or func.attr not in ("set", "reset"):
            return False
        value = self._assigned(place, func.value)
        return isinstance(value, ast.Call) and tail(value) == "ContextVar"

    def _foreign(self, twin: Place) -> Hazard | None:
        """A function that was passed in: what it does where a loop runs isn't known."""
        names = {a.arg for a in parameters(twin.node.args)}
        first = next(iter(parameters(twin.node.args)), None)
        for call in plain_calls(twin):
            func = call.func
            if (
                isinstance(func, ast.Name)
                and func.id in names
                and not (first and func.id == first.arg and twin.owner)
            ):
                return Reason.DEPENDS_ON_LOOP, f"line {call.lineno} calls the parameter {func.id}"
            if (
                isinstance(func, ast.Attribute)
                and isinstance(func.value, ast.Name)
                and first is not None
                and func.value.id == first.arg
                and twin.owner is not None
                and self._is_data(twin, func.attr)
            ):
                return (
                    Reason.DEPENDS_ON_LOOP,
                    f"line {call.lineno} calls what {func.value.id}.{func.attr} holds",
                )
        return None

    def _is_data(self, place: Place, name: str) -> bool:
        """Whether an attribute of the object is no method but something that was stored there."""
        assert place.owner is not None
        ancestry = self._tree.ancestry(place.owner)
        for cls in ancestry.classes:
            bound = members(cls.node, name)
            if bound:
                is_function = isinstance(bound[-1], ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                is_property = is_function and any(
                    tail(d) in ("property", "cached_property")
                    for d in getattr(bound[-1], "decorator_list", ())
                )
                return is_property or not is_function
            if name in stored_names(cls.node):
                return True
        return not ancestry.is_open

    def _reach(self, place: Place, depth: int) -> Hazard | None:
        """The hazards of what a function calls without awaiting."""
        for call in plain_calls(place):
            if tail(call) in self._makers:
                continue  # what makes the async side's client, and the bridge, may well look for the loop
            target = self._target(place, call)
            if target is None or target.key == place.key:
                continue
            if target.key in self._dispatchers:
                if not any(k.arg == self._flag for k in call.keywords):
                    said = f"{place.name} line {call.lineno} calls the dispatcher {target.name} without {self._flag}"
                    return Reason.DEPENDS_ON_LOOP, said
                continue
            if isinstance(target.node, ast.AsyncFunctionDef) or depth == 0:
                continue
            if target.key not in self._reached:
                self._reached[target.key] = None  # ends a recursion
                self._reached[target.key] = self._own(target, deep=True) or self._reach(target, depth - 1)
            if found := self._reached[target.key]:
                return found
        return None

    def _target(self, place: Place, call: ast.Call) -> Place | None:
        made = self._callees.class_of(place, call.func)
        if made is not None:
            start = self._tree.method(made, "__init__")
            return _place(start) if start is not None else None
        if isinstance(call.func, ast.Name):
            return self._callees.function(place, call.func.id)
        if not isinstance(call.func, ast.Attribute):
            return None
        receiver = self._callees.receiver(place, call.func.value)
        if receiver is None:
            return None
        found = self._tree.method(receiver.cls, call.func.attr, receiver.cls if receiver.after else None)
        return _place(found) if found is not None else None


def _place(found: Method) -> Place:
    return Place(found.owner.path, f"{found.owner.name}.{found.node.name}", found.node, found.owner)


def plain_calls(place: Place) -> tuple[ast.Call, ...]:
    """The calls in a function's code that aren't awaited."""
    return _plain_calls(place.node)


@lru_cache(REMEMBERED)
def _plain_calls(function: Function) -> tuple[ast.Call, ...]:
    nodes = [n for n in own_nodes(function.body) if isinstance(n, ast.Call | ast.Await)]
    awaited = {id(n.value) for n in nodes if isinstance(n, ast.Await)}
    return tuple(n for n in nodes if isinstance(n, ast.Call) and id(n) not in awaited)


@lru_cache(REMEMBERED)
def stored_names(cls: ast.ClassDef) -> frozenset[str]:
    """The attributes that code inside a class assigns to, of whatever object, and the names that it annotates."""
    found: set[str] = set()
    for node in descendants(cls):
        if isinstance(node, ast.Assign):
            found.update(target.attr for target in node.targets if isinstance(target, ast.Attribute))
        elif isinstance(node, ast.AnnAssign):
            if isinstance(node.target, ast.Attribute):
                found.add(node.target.attr)
            elif isinstance(node.target, ast.Name):
                found.add(node.target.id)
    return frozenset(found)
