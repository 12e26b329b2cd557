"""Writing the sync layer of a module: the new module beside it, and the lines by which the old one hands its names on."""

from __future__ import annotations

from refactorkit.analysis.pair_edits import Layer
from refactorkit.imports import edit_imports
from refactorkit.model import Change
from refactorkit.splice import Text
from refactorkit.syntax import syntax_tree
from refactorkit.type_checking import edit_type_checking


def new_module(layer: Layer) -> Change:
    """The layer's own file."""
    core = layer.module.rpartition(".")[2]
    head = f'"""The sync functions of `{core}`, which call its async ones; import them from there."""\n\n'
    pin = f"__name__ = {layer.twin}.__module__  # what the functions say they come from: they are imported from there\n"
    body = pin + "".join(f"\n\n{code}" for code in layer.code)
    text = Text((head + body).encode())
    tree = syntax_tree((head + body).encode())
    futures = (("__future__", name) for name in layer.futures)
    guard = (("typing", "TYPE_CHECKING"),) if layer.for_types else ()
    imports = edit_imports(
        text, tree, (*futures, *layer.imports, *guard), (), lambda root: root in layer.first_party
    )
    data = text.apply(edit.splice for edit in imports)
    if layer.for_types:
        text, tree = Text(data), syntax_tree(data)
        typed, _ = edit_type_checking(text, tree, layer.for_types, ())
        data = text.apply(edit.splice for edit in typed)
    return Change(path=layer.path, before=None, after=data.replace(b"\n", layer.newline.encode()))


def reexport(layer: Layer) -> str:
    """The lines at the end of the old module.

    A plain import there would fail when the layer is imported first: it isn't complete while it imports the old module.
    """
    taken = "".join(f"    from {layer.dotted} import {name} as {name}\n" for name in sorted(layer.names))
    late = f"from {layer.package} import {layer.name}" if layer.package else f"import {layer.name}"
    listed = ", ".join(f'"{name}"' for name in sorted(layer.names))
    return (
        f"if TYPE_CHECKING:\n{taken}else:\n"
        f"    _SYNC = {_broken_up(listed)}\n\n"
        f"    def __getattr__(name):\n"
        f"        if name not in _SYNC:\n"
        f'            raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")\n'
        f"        # here and not above, because that module imports this one first\n"
        f"        {late}\n\n"
        f"        return getattr({layer.name}, name)\n\n"
        f"    def __dir__():\n"
        f"        return sorted({{*globals(), *_SYNC}})\n"
    )


def _broken_up(listed: str) -> str:
    """A set of names, on one line where that is short enough."""
    flat = f"{{{listed}}}"
    if len(flat) + 12 <= 88:
        return flat
    return "{\n" + "".join(f"        {name},\n" for name in listed.split(", ")) + "    }"
