def run():
    import anyio
    import httpx
    from ruamel.yaml import YAML
    from typing_extensions import Self

    return anyio, httpx, YAML, Self


def date():
    import pendulum

    return pendulum


def draw():
    import rich

    return rich


def paint():
    import colorama

    return colorama
