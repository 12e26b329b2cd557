#!/usr/bin/env python
# Copyright: somebody

# Any text.
LaxUrl = str
