from unittest.mock import patch


def test_number():
    with patch("app.orders.OPEN", 3):
        pass
