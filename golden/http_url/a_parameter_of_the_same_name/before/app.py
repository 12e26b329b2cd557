from pydantic import BaseModel


def convert(LaxUrl):
    return LaxUrl.strip()
