from unittest import mock

from app import shop, store

PLACE = "app.store"


@mock.patch("app.store.load")
@mock.patch("app.store.drop")
@mock.patch("app.store.count")
@mock.patch("app.store.find")
@mock.patch("app.store.ship")
def test_show(*mocks):
    shop.show("x")


@mock.patch("app.store." "find")
@mock.patch.object(store, "ship")
def test_more(*mocks):
    shop.find_it("x")
