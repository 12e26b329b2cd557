import ast


def read(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except Exception:
        return None
