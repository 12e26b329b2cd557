"""The house rules as functions: each takes text or a folder and returns its complaints, one line each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
CHANGE_KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
CHECKING_CALL = re.compile(r"_*(assert|check)")
NOT_CHECKING = {"check_call", "check_output"}  # subprocess: they run something, they assert nothing
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RELEASE = re.compile(r"\[(\d+\.\d+\.\d+\S*)\] - \d{4}-\d{2}-\d{2}")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def overlong(source: str) -> list[str]:
    """The file when it is longer than the house allows, and each function that is (docstring counted)."""
    complaints = []
    count = len(source.splitlines())
    if count > MAX_FILE_LINES:
        complaints.append(f"{count} lines, at most {MAX_FILE_LINES}")
    for node in functions(ast.parse(source)):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > MAX_FUNCTION_LINES:
            complaints.append(
                f"line {node.lineno}: {node.name} has {length} lines, at most {MAX_FUNCTION_LINES}"
            )
    return complaints


def unasserting_tests(source: str) -> list[str]:
    """The `test*` functions in which nothing can fail but by accident."""
    return [
        f"line {node.lineno}: {node.name} asserts nothing"
        for node in functions(ast.parse(source))
        if node.name.startswith("test") and not any(map(asserts, ast.walk(node)))
    ]


def asserts(node: ast.AST) -> bool:
    """Whether this node is an assertion: `assert` of more than a constant, `pytest.raises`, or an `assert_*`/`check_*` call."""
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    if not isinstance(node, ast.Call):
        return False
    name = last_name(node.func)
    if name in {"raises", "warns"}:
        return ast.unparse(node.func) == f"pytest.{name}"
    return CHECKING_CALL.match(name) is not None and name not in NOT_CHECKING


def undocumented(source: str) -> list[str]:
    """The module, and each public function and class at its top level, that has no docstring."""
    tree = ast.parse(source)
    complaints = [] if ast.get_docstring(tree) else ["the module has no docstring"]
    for node in tree.body:
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_") or is_overload(node):
            continue
        if not ast.get_docstring(node):
            complaints.append(f"line {node.lineno}: {node.name} has no docstring")
    return complaints


def unexplained_codemod(source: str) -> list[str]:
    """What a codemod's docstring lacks of a summary, a reason, and what it leaves alone."""
    lines = [line.strip() for line in (ast.get_docstring(ast.parse(source)) or "").splitlines()]
    complaints = []
    if not lines or lines[0].startswith(("Why:", "Leaves alone:")) or any(lines[1:2]):
        complaints.append("the docstring does not open with one summary line and a blank line")
    for part in ("Why:", "Leaves alone:"):
        starts = [index for index, line in enumerate(lines) if line.startswith(part)]
        if not starts:
            complaints.append(f"the docstring has no {part!r} part")
        elif lines[starts[0]] == part and not any(lines[starts[0] + 1 : starts[0] + 2]):
            complaints.append(f"the {part!r} part of the docstring is empty")
    return complaints


def unexplained_reasons(source: str) -> list[str]:
    """The members of a `class Reason(StrEnum)` without a docstring right below them, or whose code is not kebab case."""
    complaints = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ClassDef) or node.name != "Reason":
            continue
        if not any(last_name(base) == "StrEnum" for base in node.bases):
            continue
        for statement, following in zip(node.body, [*node.body[1:], None], strict=True):
            if not isinstance(statement, ast.Assign):
                continue
            member = ast.unparse(statement.targets[0])
            if not is_docstring(following):
                complaints.append(f"line {statement.lineno}: Reason.{member} has no docstring below it")
            if not (is_text(statement.value) and KEBAB.fullmatch(ast.literal_eval(statement.value))):
                complaints.append(f"line {statement.lineno}: Reason.{member} is not a code in kebab case")
    return complaints


def incomplete_golden(folder: Path) -> list[str]:
    """What is missing from the golden cases of one codemod: cases that change, cases that must not, a `before/` each."""
    if not folder.is_dir():
        return [f"{folder.name} has no golden cases"]
    cases = sorted(case for case in folder.iterdir() if case.is_dir())
    complaints = [f"{case.name} has no before/" for case in cases if not (case / "before").is_dir()]
    changing = [case for case in cases if (case / "after").is_dir()]
    if not changing:
        complaints.append("no case has an after/: nothing shows what it changes")
    if len(changing) == len(cases):
        complaints.append("every case has an after/: nothing shows what it leaves alone")
    return complaints


def naming(word: str, text: str) -> list[str]:
    """The lines that contain `word`, in any case."""
    return [
        f"line {number}: {line.strip()[:90]}"
        for number, line in enumerate(text.splitlines(), 1)
        if word.lower() in line.lower()
    ]


def changelog_faults(text: str, version: str) -> list[str]:
    """Where a changelog departs from Keep a Changelog, or says nothing about `version`."""
    sections = re.split(r"(?m)^## ", text)[1:]
    titles = [section.splitlines()[0] for section in sections]
    complaints = [
        f"'## {title}' is neither [Unreleased] nor [x.y.z] - yyyy-mm-dd"
        for title in titles
        if title != "[Unreleased]" and not RELEASE.fullmatch(title)
    ]
    if titles[:1] != ["[Unreleased]"]:
        complaints.append("the first section is not '## [Unreleased]'")
    kinds = re.findall(r"(?m)^### (.*)$", text)
    complaints += [f"'### {kind}' is not a kind of change" for kind in kinds if kind not in CHANGE_KINDS]
    pending = any(
        re.search(r"(?m)^- ", section) for section in sections if section.startswith("[Unreleased]")
    )
    if not pending and not any(title.startswith(f"[{version}]") for title in titles):
        complaints.append(f"neither [Unreleased] nor a section for {version} has an entry")
    return complaints


def unlayered(package: Path, pyproject: dict[str, Any]) -> list[str]:
    """The top-level modules of `package` that no layer of the import contract names."""
    contracts = pyproject["tool"]["importlinter"]["contracts"]
    layers = [layer for contract in contracts if contract["type"] == "layers" for layer in contract["layers"]]
    named = {name.strip(" ()") for layer in layers for name in re.split("[|:]", layer)}
    present = {path.parent.name for path in package.glob("*/__init__.py")} | {
        path.stem for path in package.glob("*.py")
    }
    return sorted(present - named - {"__init__"})


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function and method below `tree`."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def last_name(node: ast.expr) -> str:
    """`c` of `a.b.c`, or an empty string."""
    return ast.unparse(node).rpartition(".")[2] if isinstance(node, ast.Name | ast.Attribute) else ""


def is_overload(node: Function | ast.ClassDef) -> bool:
    """Whether this is one of the signatures above the function that carries the docstring."""
    return any(last_name(decorator) == "overload" for decorator in node.decorator_list)


def is_docstring(node: ast.stmt | None) -> bool:
    """Whether this statement is nothing but a text with something in it."""
    return isinstance(node, ast.Expr) and is_text(node.value) and bool(ast.literal_eval(node.value).strip())


def is_text(node: ast.expr) -> bool:
    """Whether this expression is a plain string literal."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
