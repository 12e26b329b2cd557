"""Formats what a codemod wrote as the target's own configuration says, and nothing else.

The configured formatter runs on both versions of every changed file. Where it has nothing to say about the version
before, its result for the version after can be taken whole; elsewhere only the statements are taken that the codemod
changed and that were formatted before. Either way the result is compared with what the codemod wrote: it must mean the
same, and no line outside of the change may differ. What does not pass stays as written, and the verification says so.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from msgspec import Struct, field, structs

from refactorkit.cache import Cache
from refactorkit.formatting import lines
from refactorkit.formatting.kept import KeptLayouts, Whole
from refactorkit.formatting.lines import Program
from refactorkit.formatting.settings import (
    Choice,
    Settings,
    formatter_for,
    read_settings,
    sorter_for,
    usable_by_ruff,
)
from refactorkit.formatting.tools import Laid, lay_out, tool_version
from refactorkit.model import Change, Verification

IMPORTED = re.compile(rb"^[ \t]*(?:from[ \t]+(\w[\w.]*)[ \t]+import|import[ \t]+([^\n#;(]+))", re.MULTILINE)


class Formatted(Struct, frozen=True, kw_only=True):
    """The changes in their order, what was done to them, and name -> version of each tool that had a say.

    `is_lasting` is False when a tool could not be run, which the next time it may.
    """

    changes: tuple[Change, ...]
    verification: Verification
    tools: dict[str, str]
    is_lasting: bool


class _Target(Struct, frozen=True):
    """The Python files that changed, by path, and what the target says about their layout."""

    changes: dict[str, Change]
    configs: Mapping[str, bytes]
    packages: Collection[str]
    settings: Settings
    cache: Cache


class _Stage(Struct, frozen=True):
    """Where a stage leaves the files: their text, the files each choice worked on, and why others were left alone.

    `broken` are the choices whose tool could not be run.
    """

    texts: dict[str, bytes]
    done: dict[Choice, list[str]] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    broken: list[Choice] = field(default_factory=list)


def format_changes(
    changes: Sequence[Change],
    configs: Mapping[str, bytes],
    packages: Collection[str] = (),
    cache: Cache | None = None,
) -> Formatted:
    """Format the changed lines of every Python file among `changes`.

    `configs` holds the target's configuration files at the base commit by repository-relative path. `packages` are the
    folders of its packages (and, if wanted, paths of single modules): imports from these are first-party.
    A configuration that can't be used never raises; the files it speaks for stay as written. What is accepted is kept in
    the `cache`, file by file.
    """
    python = {
        change.path: change
        for change in changes
        if change.after is not None and change.path.endswith((".py", ".pyi"))
    }
    settings = read_settings(configs)
    target = _Target(python, configs, packages, settings, cache or Cache())
    sorted_ = _stage(
        target, {path: change.after or b"" for path, change in python.items()}, sorter_for, _sorted
    )
    styled = _stage(target, sorted_.texts, formatter_for, _styled)
    done = sorted_.done | styled.done
    return Formatted(
        changes=tuple(
            structs.replace(change, after=styled.texts.get(change.path, change.after)) for change in changes
        ),
        verification=_verification(done, sorted_.left, styled.left, no_files=not python),
        tools=dict(tool_version(choice) for choice in done),
        is_lasting=not sorted_.broken and not styled.broken,
    )


def _stage(
    target: _Target,
    texts: dict[str, bytes],
    choose: Callable[[str, Settings], Choice | None],
    accept: Callable[[Change, bytes, bytes, bytes | None], bytes | None],
) -> _Stage:
    """Run each chosen tool once on all the files it is chosen for, and take over what `accept` makes of its result.

    `accept` gets the change, its text so far, that text as the tool lays it out, and how the tool lays out the
    version before; it returns the new text, or None if the result can't be taken.
    """
    stage = _Stage(dict(texts))
    for choice, paths in _by_choice(target, choose).items():
        kept = KeptLayouts(target.cache, choice, _surroundings(target, choice))
        whole = {path: _whole(target, choice, path, texts[path]) for path in paths}
        known = kept.recall(whole)
        left = {path: texts[path] for path in paths if path not in known}
        laid = _laid_out(target, choice, left) if left else Laid()
        if laid.failure is not None:
            stage.left.update(dict.fromkeys(left, laid.failure))
            if choice.problem is None:
                stage.broken.append(choice)
        stage.left.update(laid.refused)
        fresh = [path for path in left if path in laid.after and path not in laid.refused]
        made = {}
        for path in fresh:
            text = accept(target.changes[path], texts[path], laid.after[path], laid.before.get(path))
            if text is None:
                stage.left[path] = f"{choice.tool} would have touched lines outside of the change"
            else:
                made[path] = text
        kept.keep(whole, made)
        stage.texts.update(known | made)
        if known or fresh:
            stage.done[choice] = [path for path in paths if path in known or path in fresh]
    return stage


def _by_choice(target: _Target, choose: Callable[[str, Settings], Choice | None]) -> dict[Choice, list[str]]:
    groups: dict[Choice, list[str]] = {}
    for path in target.changes:
        if (choice := choose(path, target.settings)) is not None:
            groups.setdefault(choice, []).append(path)
    return groups


def _laid_out(target: _Target, choice: Choice, after: Mapping[str, bytes]) -> Laid:
    if choice.problem is not None:
        return Laid(failure=choice.problem)
    before = {path: data for path in after if (data := target.changes[path].before) is not None}
    around = [_stand_ins(target, choice, path, text) for path, text in after.items()]
    surroundings = {path: data for files in around for path, data in files.items()}
    return lay_out(choice, before, after, {**surroundings, **_surroundings(target, choice)})


def _surroundings(target: _Target, choice: Choice) -> dict[str, bytes]:
    """The files that a tool finds beside those it lays out, whichever these are."""
    if choice.problem is not None:
        return {}
    if choice.tool == "black":
        # black reads the one file that it is told; .git is its mark for the root of a repository
        return {choice.config: target.configs[choice.config], ".git": b""}
    surroundings = dict(usable_by_ruff(target.configs, target.settings))
    if choice.tool == "ruff check" and choice.generated is not None:
        surroundings[posixpath.join(posixpath.dirname(choice.config), ".ruff.toml")] = choice.generated
    return surroundings


def _stand_ins(target: _Target, choice: Choice, path: str, text: bytes) -> dict[str, bytes]:
    """What stands in for the target's modules that both versions of a file import, where a tool looks for them."""
    return stand_ins_for(_imports(target, choice, path, text), target.packages)


def _imports(target: _Target, choice: Choice, path: str, text: bytes) -> set[str]:
    """The modules that both versions of a file import, if that says anything to a tool."""
    if choice.tool != "ruff check":
        return set()
    before = target.changes[path].before
    return imported_modules(text) | (imported_modules(before) if before is not None else set())


def _whole(target: _Target, choice: Choice, path: str, text: bytes) -> Whole:
    # Other files that change lie beside this one, where the tool finds them: what they are imported as counts too.
    beside = stand_ins_for(_imports(target, choice, path, text), target.changes.keys())
    return Whole(target.changes[path], text, {**_stand_ins(target, choice, path, text), **beside})


def _sorted(change: Change, text: bytes, result: bytes, before: bytes | None) -> bytes | None:
    """The result of sorting imports; the text as it is if they were not sorted before the change."""
    if result == text or before != change.before:
        return text
    written, new = lines.read(text), lines.read(result)
    if written is None or new is None or not lines.same_but_for_import_order(written, new):
        return None
    return result if _only_the_change_moves(change, written, new, imports=True) else None


def _styled(change: Change, text: bytes, result: bytes, before: bytes | None) -> bytes | None:
    """The result of the formatter, whole if the file was formatted before, else the changed statements of it."""
    if result == text:
        return text
    written, formatted = lines.read(text), lines.read(result)
    if written is None or formatted is None:
        return None
    if before == change.before and _is_proved(change, written, formatted):
        return result
    original, old_style = lines.read(change.before or b""), lines.read(before or b"")
    if original is None or old_style is None:
        return None
    chosen = lines.format_statements(original, old_style, written, formatted)
    candidate = lines.read(chosen)
    return chosen if candidate is not None and _is_proved(change, written, candidate) else None


def _is_proved(change: Change, written: Program, candidate: Program) -> bool:
    if candidate.lines == written.lines:
        return True
    was_sorted = b"".join(written.lines) != change.after
    return lines.same_tree(written, candidate) and _only_the_change_moves(
        change, written, candidate, imports=was_sorted
    )


def _only_the_change_moves(change: Change, written: Program, result: Program, *, imports: bool) -> bool:
    """Whether `result` differs from the version before only where the codemod changed it."""
    if change.before is None:
        return True
    before = lines.read(change.before)
    as_is = change.after == b"".join(written.lines)
    by_codemod = written if as_is else lines.read(change.after or b"")
    if before is None or by_codemod is None:
        return False
    return lines.stays_within(lines.may_move(before, by_codemod, imports=imports), before, result)


def _verification(
    done: Mapping[Choice, list[str]],
    unsorted: Mapping[str, str],
    unstyled: Mapping[str, str],
    *,
    no_files: bool,
) -> Verification:
    """What the gate says: which tool looked at how many files, and which were left for what reason."""
    counts: dict[str, int] = {}
    for choice, paths in done.items():
        tool = f"{choice.tool} {tool_version(choice)[1]}"
        counts[tool] = counts.get(tool, 0) + len(paths)
    parts = [f"{tool}, {count} file{'s' * (count != 1)}" for tool, count in counts.items() if count]
    ok = True if parts else None
    if not parts and not unsorted and not unstyled:
        reason = "no Python file to format" if no_files else "no formatter configured: left as written"
        return Verification(gate="format", ok=None, detail=reason)
    only_unsorted = {path: reason for path, reason in unsorted.items() if unstyled.get(path) != reason}
    parts += _left_as_written("imports of ", only_unsorted) + _left_as_written("", unstyled)
    return Verification(gate="format", ok=ok, detail="; ".join(parts))


def _left_as_written(what: str, left: Mapping[str, str]) -> list[str]:
    """A phrase for each reason, with one of the paths that it concerns and the number of the others."""
    reasons: dict[str, list[str]] = {}
    for path, reason in left.items():
        reasons.setdefault(reason, []).append(path)
    return [
        f"{what}{paths[0]}{f' and {len(paths) - 1} more' if paths[1:] else ''} left as written: {reason}"
        for reason, paths in reasons.items()
    ]


def imported_modules(text: bytes) -> set[str]:
    """The dotted names of the modules that a file imports absolutely, without parsing it."""
    found = set()
    for source, plain in IMPORTED.findall(text):
        for name in source.split() or plain.split(b","):
            words = name.split()
            if words:
                found.add(words[0].decode("utf-8", "replace"))
    return found


def stand_ins_for(modules: Collection[str], packages: Collection[str]) -> dict[str, bytes]:
    """Empty files for those `modules` that the repository holds, since ruff looks for first-party modules on the disk.

    A module counts as held when it is one of `packages` or lies directly in one.
    """
    by_name: dict[str, list[str]] = {}
    for package in packages:
        by_name.setdefault(posixpath.basename(package).removesuffix(".py"), []).append(package)
    found = {}
    for module in modules:
        *parents, name = parts = module.split(".")
        for folder in _held_as(parts, by_name):
            found[folder if folder.endswith(".py") else f"{folder}/__init__.py"] = b""
        for folder in _held_as(parents, by_name):
            found[f"{folder}/{name}.py"] = b""
    return found


def _held_as(parts: list[str], by_name: Mapping[str, list[str]]) -> Iterator[str]:
    dotted = "/".join(parts)
    for package in by_name.get(parts[-1], ()) if parts else ():
        if f"/{package.removesuffix('.py')}".endswith(f"/{dotted}"):
            yield package
