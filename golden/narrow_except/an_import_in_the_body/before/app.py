try:
    import fast_reader
except Exception:
    fast_reader = None
