import app.tool


def make():
    from app.tool import work  # refactorkit: ignore[hoist-imports]

    return work, app.tool
