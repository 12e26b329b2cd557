"""The migration note of http-url: what a stricter URL type means for clients and for data that is already stored.

What the note says about the type is data (`NORMALISED`, `REJECTED`), and a test holds each line of it against pydantic.
"""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from refactorkit.visible import visible

WIDTH = 100
CHECKABLE = ("HttpUrl", "AnyHttpUrl", "AnyUrl")  # the types that check-data knows


class UrlField(Struct, frozen=True, kw_only=True):
    """A field whose type became stricter. `model` is qualified; `path` and `line` are those before the change.

    `role` is `input` or `stored`; `table` and `column` say where its values are stored, None where that is not known;
    `alias` is the name that the field is annotated with now.
    """

    model: str
    field: str
    path: str
    line: int
    role: str
    table: str | None = None
    column: str | None = None
    alias: str = ""


class Claim(Struct, frozen=True):
    """That the types in `types` turn `value` into `result`, or reject it when `result` is None."""

    what: str
    value: str
    result: str | None = None
    types: tuple[str, ...] = CHECKABLE
    shown: str | None = None  # instead of a value too long to print


NORMALISED = (
    Claim("a bare origin gets a trailing slash", "https://example.com", "https://example.com/"),
    Claim("so does one followed by a query", "https://example.com?page=2", "https://example.com/?page=2"),
    Claim("scheme and host become lower case", "HTTPS://Example.COM/Logo.png", "https://example.com/Logo.png"),
    Claim("a host that is not ASCII becomes punycode", "https://münchen.example/a", "https://xn--mnchen-3ya.example/a"),
    Claim("the scheme's default port goes", "https://example.com:443/a", "https://example.com/a"),
    Claim("spaces inside the path are percent-encoded", "https://example.com/my logo.png", "https://example.com/my%20logo.png"),
    Claim("and so are letters that are not ASCII", "https://example.com/é", "https://example.com/%C3%A9"),
    Claim("dot segments are resolved", "https://example.com/a/../b", "https://example.com/b"),
    Claim("whitespace around it goes", " https://example.com/a ", "https://example.com/a"),
)  # fmt: skip

REJECTED = (
    Claim("the empty string", ""),
    Claim("anything without a scheme, such as a file name", "logo.png"),
    Claim("free text", "not a url"),
    Claim("a scheme without a host", "https://"),
    Claim("another scheme", "ftp://example.com/logo.png", types=("HttpUrl", "AnyHttpUrl")),
    Claim(
        "an image embedded as a `data:` URL",
        "data:image/png;base64,iVBORw0KGgo=",
        types=("HttpUrl", "AnyHttpUrl"),
    ),
    Claim(
        "more than 2083 characters",
        "https://example.com/" + "a" * 2064,
        types=("HttpUrl",),
        shown="https://example.com/aaaa...",
    ),
)


def migration_note(
    fields: Sequence[UrlField], *, strict: str, aliases: Mapping[str, str], stored: str
) -> str:
    """The note in Markdown, for the maintainers of the project that was changed.

    `strict` is the qualified type; `aliases` maps a role (`input`, `stored`) to the alias that the branch gave its
    fields; `stored` is the option: `keep` returns stored values that the type rejects, `reject` does not.
    """
    ordered = sorted(
        set(fields), key=lambda field: (field.path, field.line, field.model, field.field, field.role)
    )
    kept = stored == "keep" and any(field.role == "stored" for field in ordered)
    sections = [
        _opening(ordered, strict),
        _clients(ordered, strict, kept),
        _stored_values(ordered, strict, kept),
        _what_the_type_does(strict),
        _checking(ordered, strict),
        _finishing(ordered, strict, aliases, kept),
        _rolling_back(),
    ]
    return "\n".join("\n".join(section) + "\n" for section in sections if section)


def _opening(fields: Sequence[UrlField], strict: str) -> list[str]:
    count = f"{len(fields)} field{'' if len(fields) == 1 else 's'}"
    lines = [f"# Migrating URL fields to `{strict}`", ""]
    lines += _paragraph(
        f"{count} that took any string now validate{'s' if len(fields) == 1 else ''} as `{strict}`."
    )
    for role, title in (("input", "Input (what clients send):"), ("stored", "Stored (what is read back):")):
        of_role = [field for field in fields if field.role == role]
        if of_role:
            lines += ["", title, ""]
            lines += [line for field in of_role for line in _item(_described(field))]
    return lines


def _described(field: UrlField) -> str:
    where = f"`{field.model}.{field.field}` ({_text(field.path)}:{field.line})"
    annotated = f", annotated `{field.alias}`" if field.alias else ""
    if field.table is None:
        return where + annotated
    return f"{where}{annotated}, in `{field.table}.{field.column or field.field}`"


def _clients(fields: Sequence[UrlField], strict: str, kept: bool) -> list[str]:
    if not any(field.role == "input" for field in fields):
        return []
    back = (
        "Responses show stored values as before, except that those the type accepts come back normalised."
        if kept
        else "Values that it accepts are normalised, so that a response can differ from what was sent."
    )
    return [
        "## For API clients",
        "",
        *_paragraph(
            "A request that sends one of the input fields with a value that "
            f"`{strict}` rejects (see below) is now answered with 422 and the name of the field; before, any string "
            'was accepted. In particular, `""` no longer stands for "no URL": send `null`, or leave the field out, '
            f"where the field is optional. {back}"
        ),
    ]


def _stored_values(fields: Sequence[UrlField], strict: str, kept: bool) -> list[str]:
    if not any(field.role == "stored" for field in fields):
        return []
    keep = (
        f"Nothing in the database changes, and no row has to be repaired first. A stored value that `{strict}` accepts "
        "is returned normalised; one that it rejects is returned unchanged, as before. So a row written years ago "
        "can't break the response, or the list, that it appears in."
    )
    reject = (
        f"Nothing in the database changes, but a stored value that `{strict}` rejects can't be read any more: "
        "validation fails, in an API usually as a 500, and one such row fails the whole list that it appears in. "
        "**Check and clean the data before this branch is deployed.**"
    )
    return ["## Values that are already stored", "", *_paragraph(keep if kept else reject)]


def _what_the_type_does(strict: str) -> list[str]:
    kind = strict.removeprefix("pydantic.")
    if kind not in CHECKABLE:
        return []
    normalised = [claim for claim in NORMALISED if kind in claim.types]
    rejected = [claim for claim in REJECTED if kind in claim.types]
    lines = [f"## What `{strict}` does to a value", "", "It normalises:", ""]
    for claim in normalised:
        lines += _item(f"{claim.what}: {_code(claim.value)} becomes {_code(claim.result or '')}")
    lines += ["", "It rejects:", ""]
    for claim in rejected:
        lines += _item(f"{claim.what}: {_code(claim.shown or claim.value)}")
    return lines


def _checking(fields: Sequence[UrlField], strict: str) -> list[str]:
    places = _places(fields)
    kind = strict.removeprefix("pydantic.")
    option = f" --type {strict}" if kind in CHECKABLE and kind != "HttpUrl" else ""
    lines = ["## Check the data", ""]
    if kind not in CHECKABLE:
        lines += [
            *_paragraph(f"`check-data` does not know `{strict}`; it checks against `pydantic.HttpUrl`."),
            "",
        ]
    lines += _paragraph(
        "These commands only read. They list every value that would be rejected or normalised with its primary key, "
        "and exit with 1 while any would be rejected:"
    )
    lines += ["", "```sh"]
    for table, columns in places.items():
        named = "".join(f" --column {shlex.quote(column)}" for column in columns)
        command = (
            f'refactorkit check-data "$DATABASE_URL" --table {shlex.quote(table or "TABLE")}{named}{option}'
        )
        lines += [command] if len(command) <= WIDTH else _continued(command)
    lines += ["```", ""]
    lines += _paragraph(
        "With `--fix` they write back the values that would only be normalised, after asking, and never one that would "
        "be rejected. Nothing in this change needs that."
    )
    lines += [""]
    if None in places:
        lines += [*_paragraph("Put the name of the table that stores the field in place of `TABLE`."), ""]
    lines += _paragraph(
        "Without refactorkit, this SQL finds the most common ones, values with no or another scheme:"
    )
    lines += ["", "```sql", *_queries(places, ["%"] if kind == "AnyUrl" else ["http", "https"]), "```"]
    return lines


def _places(fields: Sequence[UrlField]) -> dict[str | None, list[str]]:
    """The columns to check by table, known tables first; a field whose column is known needs no guess elsewhere."""
    stored = [field for field in fields if field.role == "stored"] or list(fields)
    known = {(field.table, field.column or field.field) for field in fields if field.table is not None}
    columns = {column for _, column in known}
    guessed = {(None, field.column or field.field) for field in stored if field.table is None}
    found: dict[str | None, list[str]] = {}
    for table, column in sorted(known, key=str) + sorted(guessed, key=str):
        if table is not None or column not in columns:
            found.setdefault(table, []).append(column)
    return found


def _continued(command: str) -> Iterator[str]:
    """A command too long for one line, an option with its value on each further one."""
    parts = re.split(r" (?=--)", command)
    for place, part in enumerate(parts):
        yield ("  " if place else "") + part + (" \\" if place < len(parts) - 1 else "")


def _queries(places: Mapping[str | None, Sequence[str]], schemes: Sequence[str]) -> Iterator[str]:
    for table, columns in places.items():
        name = ".".join(map(_identifier, table.split("."))) if table else "TABLE_NAME"
        for column in map(_identifier, columns):
            yield f"SELECT * FROM {name}"
            for place, scheme in enumerate(schemes):
                end = ";" if place == len(schemes) - 1 else ""
                yield f"{'  AND' if place else 'WHERE'} lower({column}) NOT LIKE '{scheme}://%'{end}"


def _finishing(fields: Sequence[UrlField], strict: str, aliases: Mapping[str, str], kept: bool) -> list[str]:
    if not kept:
        return []
    alias = aliases.get("stored")
    lenient = f"`{alias}`" if alias else "the annotation of the stored fields"
    guarded = (
        "Since input is validated, no new bad value arrives through the input fields. "
        if any(field.role == "input" for field in fields)
        else ""
    )
    target = f"`{aliases['input']}`" if "input" in aliases else f"`{strict}`"
    return [
        "## Finish",
        "",
        *_paragraph(
            f"{guarded}Repair or clear the old values at leisure. When every `check-data` command above exits with 0, replace {lenient} by {target} and delete it; "
            "from then on the types promise what the data holds. Values listed as normalised need no repair."
        ),
    ]


def _rolling_back() -> list[str]:
    return [
        "## Roll back",
        "",
        *_paragraph(
            "Revert the commit (`git revert COMMIT`; for a merge, `git revert -m 1 MERGE`). No data has to be "
            "restored: the change rewrites no row, nor does `check-data` without `--fix`, and what was stored in the "
            "meantime is a string that the old type accepts. It stays in its normalised form."
        ),
    ]


def _identifier(name: str) -> str:
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else '"' + name.replace('"', '""') + '"'


def _text(path: str) -> str:
    """A path in Markdown: nothing in it is a link, a picture or a tag."""
    return re.sub(r"([\\`*\[\]<>!|&])", r"\\\1", visible(path))


def _code(value: str) -> str:
    return f"`{value!r}`" if value != value.strip() or not value else f"`{value}`"


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _item(text: str) -> Iterable[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent="- ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
