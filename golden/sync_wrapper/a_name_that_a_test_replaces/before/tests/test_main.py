from unittest.mock import patch


def test_main() -> None:
    with patch("app.main.fetch"):
        print("replaced")
