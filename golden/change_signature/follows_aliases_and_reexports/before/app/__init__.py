from app.mod import fetch as fetch
from .mod import fetch as get

__all__ = ["fetch", "get"]
