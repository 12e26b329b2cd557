from app.store import Base


def load_all(things):
    return [Base.load(thing, "x") for thing in things]
