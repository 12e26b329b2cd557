from unittest import mock

from app import shop


@mock.patch("app.store.load")  # the shop asks the store
def test_show(load):
    shop.show("x")
    load.assert_called()


def test_keep(monkeypatch):
    monkeypatch.setattr('app.store.save', print); monkeypatch.setattr("app.store.load", print)
    assert shop.keep("x") is None


def test_both():
    with mock.patch(target="app.store.load", new=str.upper), mock.patch("app.shop.show_all"):
        assert shop.show("x") == "X"
