def after(lines: list[str], mark: str) -> str:
    index = 0
    while lines[index] != mark:
        index += 1
    try:
        return lines[index + 1]
    except IndexError:
        return ""


def spelled(words: dict[str, int], letters: str) -> int:
    text = ""
    for letter in letters:
        text += letter
    try:
        return words[text + "s"]
    except KeyError:
        return 0
