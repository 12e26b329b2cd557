"""Which exceptions really arrive at broad handlers: recording them while a command runs, and reading the recordings."""
