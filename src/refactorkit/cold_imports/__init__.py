"""The gate of cold imports: what a plan makes of the project must still be importable, module by module."""
