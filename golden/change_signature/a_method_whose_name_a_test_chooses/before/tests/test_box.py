import pytest

from app.box import Box

__all__ = ["put"]


@pytest.mark.parametrize("name", ["put", "take"])
def test_it_is_given_back(name):
    assert getattr(Box(), name)(thing=1) == 1


def test_put_is_a_word():
    assert "put" in dir(Box)
