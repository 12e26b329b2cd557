import importlib

_public = {"Tool": ("app.tools", "Tool"), "run": ("app.core", "run")}


def __getattr__(name):
    if name in _public:
        module, attribute = _public[name]
        return getattr(importlib.import_module(module), attribute)
    raise AttributeError(name)
