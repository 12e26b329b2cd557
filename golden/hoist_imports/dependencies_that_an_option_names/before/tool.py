"""A tool."""


def plain(value):
    import yaml

    return yaml.dump(value)
