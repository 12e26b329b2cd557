"""Benchmarks against other tools. `make bench` runs them; the tests never do."""
