"""What a report says about a codemod itself: its summary, why it does what it does, and what each reason code asks for."""

from __future__ import annotations

from pathlib import Path

import msgspec

from refactorkit import catalogue, model


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """A codemod as its own documentation tells.

    `advice` maps a reason code to what it asks for. `is_one_change` says that the codemod was proved for the project as
    a whole, so that a part of its changes is not proved.
    """

    codemod: str
    summary: str
    text: str
    advice: dict[str, str]
    is_one_change: bool


def rules(identifier: str, folder: Path | None = None) -> Rules:
    """The rules of one codemod; `folder` holds local codemods. Raises ConfigError for an unknown id."""
    if identifier.startswith("bowler-") and identifier not in catalogue.identifiers(folder):
        return _bowler(identifier)
    listed = catalogue.listed(identifier, folder)
    shared = catalogue.attribute_docstrings(Path(model.__file__), model.Reason.__name__)
    advice = {str(reason): shared.get(reason.name, "") for reason in model.Reason}
    advice.update({reason.code: reason.help for reason in catalogue.reasons(identifier, folder)})
    return Rules(
        codemod=identifier,
        summary=listed.summary,
        text=listed.text,
        advice=advice,
        is_one_change=catalogue.load(identifier, folder).is_project_wide(),
    )


def _bowler(identifier: str) -> Rules:
    """The rules of a Bowler query, whose file isn't executed for them."""
    from refactorkit import bowler_queries

    text = bowler_queries.__doc__ or ""
    shared = catalogue.attribute_docstrings(Path(model.__file__), model.Reason.__name__)
    own = catalogue.attribute_docstrings(Path(bowler_queries.__file__), bowler_queries.Reason.__name__)
    advice = {str(reason): shared.get(reason.name, "") for reason in model.Reason}
    advice.update({str(reason): own.get(reason.name, "") for reason in bowler_queries.Reason})
    return Rules(
        codemod=identifier, summary=text.partition("\n")[0], text=text, advice=advice, is_one_change=False
    )
