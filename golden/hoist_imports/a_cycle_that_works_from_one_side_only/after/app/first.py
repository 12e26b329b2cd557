"""Has to be imported before app.second."""

import app.second


class First:
    pass
