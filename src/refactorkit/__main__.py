"""`python -m refactorkit`."""

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        # Python has put the current folder first. It is the target's: neither a module in it that is called like one
        # of ours, nor a plug-in that it declares, may be taken for an installed one.
        del sys.path[0]
    from refactorkit.cli import main

    main()
