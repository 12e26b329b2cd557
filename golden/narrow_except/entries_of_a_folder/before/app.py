import os


def names(folder: str) -> list:
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
        return found
    except Exception:
        return []


def has_folders(folder: str) -> bool:
    try:
        return bool([entry for entry in os.scandir(folder) if entry.is_dir()])
    except Exception:
        return False
