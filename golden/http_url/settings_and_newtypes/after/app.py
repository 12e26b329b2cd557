from typing import NewType

from pydantic import HttpUrl
from pydantic_settings import BaseSettings, SettingsConfigDict

LaxUrl = NewType("LaxUrl", str)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_")

    api: HttpUrl | None = None
    home: LaxUrl = LaxUrl("https://example.com")


def make() -> None:
    print(LaxUrl("x"))
