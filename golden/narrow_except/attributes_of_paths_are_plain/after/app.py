from pathlib import Path


def save(path: Path) -> bool:
    try:
        path.parent.mkdir(parents=True)
        return True
    except OSError:
        return False
