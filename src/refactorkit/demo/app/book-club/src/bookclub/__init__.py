"""The catalogue, the loans and the covers of a small lending library."""

__version__ = "2.4.0"
