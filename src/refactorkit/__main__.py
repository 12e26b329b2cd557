"""`python -m refactorkit`."""

from refactorkit.cli import main

if __name__ == "__main__":
    main()
