"""What others use."""

from app.core import run
from app.tools import Tool

__all__ = ["Tool", "run"]
