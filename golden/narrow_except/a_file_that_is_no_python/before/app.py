try:
    int("x")
except Exception
    pass
