def names(item, code):
    found = dir(item), vars(item)
    space = {}
    exec(code, space)
    return found, eval(code, space, space)


names(item=1, code="1")
