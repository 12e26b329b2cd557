import sys
from unittest import mock

from app.run import run


def test_run():
    with mock.patch.dict(sys.modules, {"app.tool": mock.Mock()}):
        assert run()


def test_more(monkeypatch):
    monkeypatch.setitem(sys.modules, "app.other", mock.Mock())
    assert run()
