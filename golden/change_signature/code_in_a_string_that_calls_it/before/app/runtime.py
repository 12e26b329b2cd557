class Environment:
    def call_operator(self, context, left):
        return left


def compile_it(left):
    return f"environment.call_operator(context, {left!r}, "


def run(environment):
    return eval("environment.call_operator(None, left=1)", {"environment": environment})


def text():
    return "def call_operator(left): an operator is called by call_operator(left)"
