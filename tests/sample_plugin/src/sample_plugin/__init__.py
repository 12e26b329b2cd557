"""A distribution of codemods as somebody else would make it; tests build and install it."""
