def remote(**options):
    return lambda function: function
