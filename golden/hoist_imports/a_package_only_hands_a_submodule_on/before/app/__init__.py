"""An application."""

from app import tool
