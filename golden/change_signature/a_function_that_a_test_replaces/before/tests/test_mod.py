from unittest import mock

import app.mod
from app.mod import fetch


def test_fetch(monkeypatch):
    monkeypatch.setattr(app.mod, "fetch", lambda url: url)
    with mock.patch("app.mod.fetch", side_effect=lambda url: url):
        assert fetch(url=1)
