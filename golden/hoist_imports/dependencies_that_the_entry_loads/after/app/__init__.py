"""An application."""

import yaml

WORDS = yaml.safe_load("a: b")
