def after(lines: list[str], step) -> str:
    index = 0
    for line in lines:
        index += step
    try:
        return lines[index + 1]
    except Exception:
        return ""


def later(lines: list[str], index=0) -> str:
    while lines[index]:
        index += 1
    try:
        return lines[index + 1]
    except Exception:
        return ""
