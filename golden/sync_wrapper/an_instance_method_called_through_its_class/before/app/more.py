from app.store import Base


def load_all(things):
    # Base.load(thing, name) for each
    return [Base.load(thing, "x") for thing in things]
