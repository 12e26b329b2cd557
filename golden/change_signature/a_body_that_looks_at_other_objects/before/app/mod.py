def names(thing, code):
    found = dir(thing), vars(thing)
    space = {}
    exec(code, space)
    return found, eval(code, space, space)


names(thing=1, code="1")
