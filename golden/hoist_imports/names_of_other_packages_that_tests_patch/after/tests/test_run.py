import shutil
from unittest import mock

from app import run


def test_build():
    with mock.patch("subprocess.run", return_value=1):
        assert run.build()[0] == 1


def test_tool(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: 2)
    assert run.tool()[0] == 2


def test_wait(monkeypatch):
    monkeypatch.setattr(run.time, "sleep", lambda seconds: None)
    run.wait()
