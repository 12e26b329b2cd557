from unittest import mock


def test_write():
    with mock.patch("app.store._write_sync"):
        pass
