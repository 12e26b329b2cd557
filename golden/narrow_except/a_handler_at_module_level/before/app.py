TEXT = "12"

try:
    NUMBER = int(TEXT)
except Exception:
    NUMBER = 0
