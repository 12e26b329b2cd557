# except Exception: is what we don't write
TEXT = """
try:
    pass
except Exception:
    pass
"""
