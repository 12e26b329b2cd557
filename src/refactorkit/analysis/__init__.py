"""What is known about a project: read-only facts from `ast`, with no libcst in them."""
