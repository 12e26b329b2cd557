import os


def test_show():
    import os

    from app import show

    assert show()[0] == os.name
