"""The scheduled bot: one pass over repositories that opens and updates refactor pull requests."""
