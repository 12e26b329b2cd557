"""The command `bookclub`."""

import argparse
import sys
from pathlib import Path
from typing import List, Optional

from sqlalchemy import text
from sqlalchemy.orm import Session

from bookclub.catalogue import describe_terms, list_books
from bookclub.database import engine_for
from bookclub.feeds import import_feed, load_feeds
from bookclub.notices import signature
from bookclub.settings import get_settings


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bookclub", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="look at the settings and the database")
    commands.add_parser("labels", help="print a label for each book")
    importing = commands.add_parser("import", help="read publishers' lists")
    importing.add_argument("feed", type=Path, nargs="+")
    return parser


def run(arguments: argparse.Namespace) -> None:
    """Do what the command line asks for."""
    settings = get_settings()
    with Session(engine_for(settings.database_url)) as session:
        if arguments.command == "check":
            session.execute(text("select 1"))
            print(f"{settings.database_url} answers")
        elif arguments.command == "labels":
            for row in list_books(session):
                print(describe_terms(row))
            print(signature())
        elif arguments.command == "import":
            print(import_feed(session, load_feeds(arguments.feed)), "books added")
        session.commit()


def main(argv: Optional[List[str]] = None) -> int:
    arguments = build_parser().parse_args(argv)
    try:
        run(arguments)
    except Exception as error:
        print(f"bookclub: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
