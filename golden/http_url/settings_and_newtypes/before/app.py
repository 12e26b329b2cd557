from typing import NewType

from pydantic_settings import BaseSettings, SettingsConfigDict

LaxUrl = NewType("LaxUrl", str)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_")

    api: LaxUrl | None = None
    home: LaxUrl = LaxUrl("https://example.com")


def make() -> None:
    print(LaxUrl("x"))
