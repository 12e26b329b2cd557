def test_fetch(tmp_path):
    assert tmp_path
