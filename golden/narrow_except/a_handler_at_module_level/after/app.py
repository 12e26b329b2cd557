TEXT = "12"

try:
    NUMBER = int(TEXT)
except ValueError:
    NUMBER = 0
