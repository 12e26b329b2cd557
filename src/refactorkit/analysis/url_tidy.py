"""What http-url leaves behind once its fields are retyped: imports without use, and permissive aliases."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from refactorkit.analysis.leftovers import names_in, orphaned_imports
from refactorkit.analysis.modules import Modules
from refactorkit.analysis.permissive_aliases import Aliases
from refactorkit.analysis.scopes import is_local
from refactorkit.analysis.url_edits import FieldEdit
from refactorkit.analysis.walk_lines import lines_with, walk_lines
from refactorkit.splice import shares_lines, span


class Tidy:
    """Asks what is still used, given the field edits by path. `deleted` fills as aliases go."""

    def __init__(
        self, modules: Modules, aliases: Aliases, edits: Mapping[str, list[FieldEdit]], changing: set[str]
    ) -> None:
        self._modules = modules
        self._aliases = aliases
        self._edits = edits
        self._changing = changing
        self.deleted: dict[str, list[tuple[int, int]]] = {}

    def unused(
        self, definitions: Mapping[tuple[str, str], ast.stmt]
    ) -> Iterator[tuple[tuple[str, str], ast.stmt, bool]]:
        """The permissive aliases that nobody uses any more, each with whether it goes (a private one does)."""
        used = {
            meant
            for path in self._modules.mentioning(self._aliases.spellings())
            for meant in self._still_used(path)
        }
        for (path, name), statement in definitions.items():
            module = self._modules.get(path)
            if (path, name) in used or module is None or not self._modules.in_scope(path):
                continue
            goes = (
                name.startswith("_")
                and path in self._changing
                and statement in module.tree.body
                and not shares_lines(module.tree, statement)
            )
            if goes:
                self.deleted.setdefault(path, []).append(span(statement))
            yield (path, name), statement, goes

    def orphans(self, path: str, needed: set[str]) -> list[str]:
        """The names whose import has no use left in the file; `needed` are those that new code uses."""
        module = self._modules.get(path)
        if module is None:
            return []
        retyped = self._spelled(path)
        gone = {old.partition(".")[0] for old in retyped} - {"str"}
        for statement in module.tree.body:
            if span(statement) in self.deleted.get(path, ()):
                gone |= names_in(statement)
        kept = needed | {
            new.partition(".")[0] for e in self._edits.get(path, ()) for new in e.replace.values()
        }
        return orphaned_imports(self._modules, module, gone - kept, self._goes(path))

    def _spelled(self, path: str) -> set[str]:
        return {old for edit in self._edits.get(path, ()) for old in edit.replace}

    def _goes(self, path: str) -> Callable[[ast.AST, tuple[ast.AST, ...]], bool]:
        """What is no longer there once the edits of a file are made: old annotations and deleted statements."""
        edited = {(edit.path, edit.field): set(edit.replace) for edit in self._edits.get(path, ())}
        deleted = self.deleted.get(path, [])

        def goes(node: ast.AST, ancestors: tuple[ast.AST, ...]) -> bool:
            if len(ancestors) > 1 and isinstance(ancestors[1], ast.stmt) and span(ancestors[1]) in deleted:
                return True
            for index, ancestor in enumerate(ancestors):
                if isinstance(ancestor, ast.AnnAssign) and isinstance(ancestor.target, ast.Name):
                    classes = tuple(a.name for a in ancestors[:index] if isinstance(a, ast.ClassDef))
                    inside = [*ancestors[index + 1 :], node]
                    spelled = edited.get((classes, ancestor.target.id))
                    if spelled is not None and inside[0] is ancestor.annotation:
                        return _is_replaced(node, inside, spelled)
            return False

        return goes

    def _still_used(self, path: str) -> Iterator[tuple[str, str]]:
        """The aliases that a file uses or imports for others once its edits are made."""
        module = self._modules.get(path)
        if module is None:
            return
        names = self._aliases.local_names(module)
        goes = self._goes(path)
        for node, ancestors in walk_lines(module.tree, lines_with(module.data, names)):
            if isinstance(node, ast.Name | ast.Attribute) and not isinstance(node.ctx, ast.Store):
                meant = self._aliases.means_alias(module, node)
                if meant and not goes(node, ancestors) and not is_local(node, ancestors):
                    yield meant
            elif isinstance(node, ast.ImportFrom) and len(ancestors) > 1:
                yield from self._imported_locally(path, node)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                if not goes(node, ancestors):
                    for name in names & set(_words(node.value)):
                        meant = self._aliases.means_alias(module, ast.Name(name, ast.Load()))
                        if meant:
                            yield meant

    def _imported_locally(self, path: str, node: ast.ImportFrom) -> Iterator[tuple[str, str]]:
        owner = self._modules.absolute("." * node.level + (node.module or ""), path)
        for alias in node.names:
            if owner is not None and not isinstance(owner, str):
                found = self._modules.member(owner, alias.name, near=path)
                key = getattr(found, "key", None)
                if key is not None:
                    yield key


def _is_replaced(node: ast.AST, inside: list[ast.AST], spelled: set[str]) -> bool:
    """Whether a name in an edited annotation is (part of) a type that is replaced, or a string that holds one."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(spelled)
    return any(isinstance(one, ast.Name | ast.Attribute) and ast.unparse(one) in spelled for one in inside)


def _words(text: str) -> list[str]:
    return (
        text.replace(".", " ").replace("[", " ").replace("]", " ").replace("|", " ").split()
        if len(text) < 200
        else []
    )
