def load_csv(path, strict=False):
    return path


def load_json(path, strict=False):
    return path


def load(kind, path):
    return globals()["load_" + kind](path, strict=True)


def unload(kind, path):
    return globals()["unload_%s" % kind](path, strict=True)
