from .types import LaxUrl, Name

__all__ = ["LaxUrl", "Name"]
