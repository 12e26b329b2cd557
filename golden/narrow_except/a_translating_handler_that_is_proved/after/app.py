class ConfigError(Exception):
    """Wrong settings."""


def port(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise ConfigError(f"no port: {text}") from error
