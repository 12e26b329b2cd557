"""A sqlite database with one table of block types whose logos are URLs of every kind, and the command to check it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import typer
from typer.testing import CliRunner, Result

from refactorkit.cli.check_data import check_data

LOGOS: list[tuple[str | None, str | None, str | None]] = [  # value, what it becomes, why it is rejected
    ("https://example.com/logo.png", None, None),
    ("https://example.com", "https://example.com/", None),
    ("HTTPS://Example.com/Logo.png", "https://example.com/Logo.png", None),
    ("logo.png", None, "relative URL without a base"),
    ("", None, "input is empty"),
    ("ftp://example.com/logo.png", None, "scheme should be 'http' or 'https'"),
    (None, None, None),
]


def run(*arguments: object) -> Result:
    """`refactorkit check-data` with these arguments."""
    app = typer.Typer()
    app.command()(check_data)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def database(path: Path, *statements: str, rows: tuple[str, list[tuple[object, ...]]] | None = None) -> Path:
    """The sqlite file at `path`, made when it is missing, after these statements and then these `rows`."""
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    if rows is not None:
        connection.executemany(*rows)
    connection.commit()
    connection.close()
    return path


def block_types(folder: Path) -> Path:
    """`app.db` in `folder`: `block_type` with a row of each kind in LOGOS, with keys b0, b1 and so on."""
    return database(
        folder / "app.db",
        "CREATE TABLE block_type (id VARCHAR PRIMARY KEY, logo_url VARCHAR, docs TEXT, size INTEGER)",
        rows=(
            "INSERT INTO block_type VALUES (?, ?, 'https://example.com/docs', 1)",
            [(f"b{place}", value) for place, (value, _, _) in enumerate(LOGOS)],
        ),
    )
