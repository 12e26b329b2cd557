"""Records which exceptions arrive at broad handlers. Runs in the interpreters of the observed command.

`refactorkit observe` lays a copy of this package, a `sitecustomize.py` that starts it, and a plan into a folder at the front
of PYTHONPATH, so every interpreter that the command starts runs it first. It needs nothing but the standard library, and
keeps out of the way: it prints nothing, keeps no file open, and what goes wrong in here is a note for the report.

From Python 3.12 on, `sys.monitoring` calls for each exception in a function, and when one goes on from a `finally` and the
like. The function's exception table says where it leads: to a chain of `except` clauses, a `finally`, a `with`, a clean-up;
the instructions there tell which. Which clause takes the exception is decided as the interpreter does it: the first whose
type is a base class. (The event EXCEPTION_HANDLED would say where it leads, but when its callback fails, because the stack
is full, the interpreter looks for the same handler again, without end.) On 3.11, `sys.settrace` follows the frames in which
an exception came up, instruction by instruction, into the clause.

A type that arrives somewhere for the first time is written down at once, so a process that is killed loses counts only.
"""
