def make():
    import os

    return os.sep +
