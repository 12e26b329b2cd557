"""A tool."""

import yaml


def plain(value):
    return yaml.dump(value)
