"""A tool."""


def dump(value, pretty):
    if pretty:
        import pprint

        return pprint.pformat(value)
    return str(value)
