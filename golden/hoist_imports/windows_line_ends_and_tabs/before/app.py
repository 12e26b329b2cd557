"""Paths."""

import os


def here():
	import os

	return os.getcwd()
