from unittest.mock import patch

from app import store


def test_load() -> None:
    with patch("app.store.load"):
        store.load("x")
