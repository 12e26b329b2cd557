def command(name):
    return lambda function: function
