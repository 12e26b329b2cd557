"""The bridge: the project's function that takes a coroutine, runs it to its end and returns the result."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable
from keyword import iskeyword

from msgspec import Struct

from refactorkit.analysis.modules import Module, Modules, Symbol, module_parts
from refactorkit.analysis.pairs import is_overload, tail

TAKES_A_COROUTINE = re.compile(
    rb"^def[ \t]+(\w+)[ \t]*(?:\[[^\]]*\])?[ \t]*\(\s*\w+[ \t]*:[ \t]*[\"']?[\w.]*\b(?:Coroutine|Awaitable)\b",
    re.MULTILINE,
)
HANDLES = frozenset({"Task", "Future", "Coroutine", "Awaitable", "Callable", "AsyncGenerator"})
"""Return types of functions that don't wait for the coroutine."""
THREADS = re.compile(r"thread|pool|executor|portal|submit|nest_asyncio|greenlet", re.IGNORECASE)
STARTS = frozenset({"run", "run_until_complete"})
"""Calls that raise RuntimeError where a loop runs already: `asyncio.run`, `anyio.run`, `loop.run_until_complete`."""


class Bridge(Struct, frozen=True):
    """`module` is the dotted name from which it is imported, `path` its file ('' outside of the project).

    `is_safe` says that it can be called where a loop runs already.
    """

    module: str
    name: str
    path: str
    is_safe: bool


def find_bridge(option: str, modules: Modules, paths: Iterable[str]) -> Bridge | str:
    """The bridge that the option names, or the only one of the project; why there is none otherwise.

    Of several, one that the files at `paths` (those with pairs) mention is preferred.
    """
    if option:
        return _named(option, modules)
    found: dict[tuple[str, str], ast.FunctionDef] = {}
    for path in modules.paths():
        data = modules.data(path)
        names = (
            {m[1].decode() for m in TAKES_A_COROUTINE.finditer(data)}
            if b"Coroutine" in data or b"Awaitable" in data
            else set()
        )
        module = modules.get(path) if names else None
        for statement in module.tree.body if module else ():
            if isinstance(statement, ast.FunctionDef) and statement.name in names and _runs(statement):
                found[path, statement.name] = statement
    if len(found) > 1:
        used = set(paths)
        texts = [modules.data(path) for path in used]
        near = {key: node for key, node in found.items() if any(key[1].encode() in text for text in texts)}
        found = near or found
    if not found:
        return "no function of the project takes a coroutine and runs it"
    if len(found) > 1:
        return f"several functions run a coroutine: {', '.join(sorted(name for _, name in found))}"
    (path, name), node = next(iter(found.items()))
    spelled = spelling(modules, path)
    if not spelled:
        return f"{name} was found in {path}, but no file imports that module, so that its dotted name isn't known"
    return Bridge(spelled, name, path, _is_safe(node))


def spelling(modules: Modules, path: str) -> str:
    """The dotted name under which other files import from a module; '' where it can't be told.

    Packages may have no `__init__`, so that folders alone don't say where a name begins.
    """
    last = (module_parts(path) or ("__init__",))[-1]
    short = re.escape(last.encode())
    pattern = re.compile(rb"from[ \t]+([\w.]*\b" + short + rb")[ \t]+import\b")
    spellings: Counter[str] = Counter()
    for other in modules.paths():
        data = modules.data(other)
        if last.encode() in data:
            found = {m[1].decode() for m in pattern.finditer(data) if not m[1].startswith(b".")}
            spellings.update(s for s in found if modules.find(s, other) == path)
    if spellings:
        return spellings.most_common(1)[0][0]
    own = modules.name(path)
    is_root = path.rpartition("/")[0] in ("", "src")
    can_be_imported = all(part.isidentifier() and not iskeyword(part) for part in own.split("."))
    return own if can_be_imported and ("." in own or is_root) else ""


def calls_bridge(module: Module, line: int, bridge: str, twin: str) -> bool:
    """Whether the top-level function at a line does nothing but run its async twin, by that name, in the bridge."""
    node = next((s for s in module.tree.body if isinstance(s, ast.FunctionDef) and s.lineno == line), None)
    value = getattr(node.body[-1], "value", None) if node else None
    if not isinstance(value, ast.Call) or tail(value) != bridge or not value.args:
        return False
    return isinstance(value.args[0], ast.Call) and tail(value.args[0]) == twin


def _named(option: str, modules: Modules) -> Bridge | str:
    module, _, name = option.rpartition(".")
    if not module:
        return f"bridge={option} names no module: write it as package.module.function"
    path = modules.find(module, "")
    if path is None:
        return Bridge(module, name, "", not (name in STARTS and module in ("asyncio", "anyio", "trio")))
    home = modules.get(path)
    found = modules.lookup(home, name) if home else None
    if not isinstance(found, Symbol):
        possible = modules.possibilities(home, name) if home else []
        symbols = [s for s in possible if isinstance(s, Symbol) and not is_overload(s.node)]  # type: ignore[arg-type]
        found = symbols[0] if len(symbols) == 1 else None
    if not isinstance(found, Symbol) or not isinstance(found.node, ast.FunctionDef):
        return f"{module} defines no function {name}"
    return Bridge(module, name, found.path, _is_safe(found.node))


def _runs(node: ast.FunctionDef) -> bool:
    """Whether a function takes nothing but a coroutine, and waits for it."""
    args = node.args
    required = len(args.posonlyargs) + len(args.args) - len(args.defaults)
    if is_overload(node) or required != 1 or args.vararg or args.kwarg or None in args.kw_defaults:
        return False
    returns = node.returns
    if isinstance(returns, ast.Constant) and isinstance(returns.value, str):
        try:
            returns = ast.parse(returns.value, mode="eval").body
        except SyntaxError:
            return False
    if returns is None or (isinstance(returns, ast.Constant) and returns.value is None):
        return False
    outer = returns.value if isinstance(returns, ast.Subscript) else returns
    return tail(outer) not in HANDLES


def _is_safe(node: ast.FunctionDef) -> bool:
    """Whether the function has a way around a loop that runs: a thread, a pool, a portal."""
    called = [n for n in ast.walk(node) if isinstance(n, ast.Call)]
    names = {tail(call) for call in called} | {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
    if any(THREADS.search(name) for name in names):
        return True
    return not names & STARTS
