from contextlib import suppress

import pytest

from app.errors import Missing, find


def test_missing():
    with pytest.raises(Missing), suppress(Missing, OSError):
        find("x")
    with pytest.raises((Missing, KeyError), match="x"):
        raise Missing(key="x")
