from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("app")
except PackageNotFoundError:
    __version__ = "unknown"
