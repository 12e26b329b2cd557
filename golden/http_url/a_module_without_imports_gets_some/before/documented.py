"""Types."""
LaxLink = str
