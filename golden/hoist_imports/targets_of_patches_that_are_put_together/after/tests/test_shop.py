from unittest import mock

from app import shop, store

HOME = "app.store"


@mock.patch(f"{HOME}.load", return_value=1)
def test_buy(load):
    assert shop.buy("a")[0] == 1


@mock.patch(HOME + ".save", return_value=1)
def test_sell(save):
    assert shop.sell("a") == 1


@mock.patch("%s.drop" % HOME, return_value=1)
def test_lose(drop):
    assert shop.lose("a") == 1


def test_seek():
    with mock.patch.multiple(store, find=lambda name: 1):
        assert shop.seek("a") == 1


def test_send():
    with mock.patch.object(target=store, attribute="move", new=lambda name: 1):
        assert shop.send("a") == 1
