"""Once there was a LaxUrl, HttpUrl replaced it."""
from pydantic import BaseModel
