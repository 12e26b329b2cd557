"""Settings: a JSON file, and a few environment variables on top of it."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEFAULT_LOAN_DAYS = 21


@dataclass(frozen=True)
class Settings:
    database_url: str = "sqlite:///bookclub.db"
    covers: Path = Path("covers")
    loan_days: int = DEFAULT_LOAN_DAYS


def parse_settings(text: str) -> dict[str, Any]:
    """Read the settings file's text; a broken file counts as an empty one."""
    try:
        return json.loads(text)
    except Exception:
        return {}


def parse_days(raw: str) -> int:
    """A number of days, or the default when it isn't a number."""
    try:
        return int(raw)
    except Exception:
        return DEFAULT_LOAN_DAYS


def get_settings() -> Settings:
    """Put the settings together again; they are not cached, so tests can change them."""
    path = Path(os.environ.get("BOOKCLUB_SETTINGS", "bookclub.json"))
    stored = parse_settings(path.read_text("utf-8")) if path.exists() else {}
    database_url = stored.get("database_url", Settings.database_url)
    loan_days = stored.get("loan_days", str(DEFAULT_LOAN_DAYS))
    return Settings(
        database_url=os.environ.get("BOOKCLUB_DATABASE_URL", database_url),
        covers=Path(stored.get("covers", "covers")),
        loan_days=parse_days(os.environ.get("BOOKCLUB_LOAN_DAYS", loan_days)),
    )
