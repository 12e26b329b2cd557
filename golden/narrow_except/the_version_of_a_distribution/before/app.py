from importlib.metadata import version

try:
    __version__ = version("app")
except Exception:
    __version__ = "unknown"
