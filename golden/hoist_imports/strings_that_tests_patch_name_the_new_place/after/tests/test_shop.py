from unittest import mock

from app import shop


@mock.patch("app.shop.load")  # the shop asks the store
def test_show(load):
    shop.show("x")
    load.assert_called()


def test_keep(monkeypatch):
    monkeypatch.setattr('app.shop.put', print); monkeypatch.setattr("app.shop.load", print)
    assert shop.keep("x") is None


def test_both():
    with mock.patch(target="app.shop.load", new=str.upper), mock.patch("app.shop.show_all"):
        assert shop.show("x") == "X"
