def find(module, name):
    return getattr(module, name)
