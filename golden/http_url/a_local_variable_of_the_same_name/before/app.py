from pydantic import BaseModel


def convert(value):
    LaxUrl = str
    return LaxUrl(value)
