from app.run import *  # noqa: F403
