from unittest import mock

from app import store
from app.shop import buy, sell


def test_sell():
    with mock.patch("app.store.save", return_value=1):
        assert sell("a")[0] == 1


def test_buy(monkeypatch):
    monkeypatch.setattr(store, "load", lambda name: 2)
    assert buy("a") == 2
