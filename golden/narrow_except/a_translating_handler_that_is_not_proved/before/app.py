import somewhere


class ConfigError(Exception):
    """Wrong settings."""


def port(text: str) -> int:
    try:
        return somewhere.port(text)
    except Exception as error:
        raise ConfigError("no port") from error
