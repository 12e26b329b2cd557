"""Run by `site` at the start of each interpreter: starts the recorder, and hands over to the next `sitecustomize`.

Laid beside the package `refactorkit_recorder` and the plan. Any Python may run it, so it keeps to what all of them know.
"""

import os
import sys

if __name__ == "sitecustomize":
    here = os.path.dirname(os.path.abspath(__file__))
    if sys.version_info >= (3, 11) and sys.implementation.name == "cpython":
        from refactorkit_recorder.start import start  # type: ignore[import-not-found]

        start(here)
        for name in [name for name in sys.modules if name.partition(".")[0] == "refactorkit_recorder"]:
            del sys.modules[
                name
            ]  # the recorder runs on; the program finds the modules that it would have found
    sys.path[:] = [entry for entry in sys.path if entry != here]
    own = sys.modules.pop("sitecustomize")
    try:
        import sitecustomize  # type: ignore[import-not-found]  # noqa: F401
    except ImportError as error:
        if getattr(error, "name", "sitecustomize") != "sitecustomize":
            raise
        sys.modules["sitecustomize"] = own
