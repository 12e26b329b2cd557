"""Why change-signature left a function, a call or another reference as it was."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """What stopped the change of a signature, or says why a reference needs none."""

    ALREADY_DONE = "already-done"
    """The signature is as it was asked for: nothing to do."""
    NOT_AFFECTED = "not-affected"
    """The call means the same under the new signature."""
    OTHER_FUNCTION = "other-function"
    """The call only shares the name: it means something else."""
    WOULD_BREAK = "would-break"
    """This could be changed, but another place that relies on the old signature can't: see there first, or pass
    `-o partial=true` and repair that place by hand."""
    OUT_OF_SCOPE = "out-of-scope"
    """The call has to change, and this run may not change it: name its file or folder on the command line, or take
    `--only`, `--since` or the ignore comment away."""
    UNPACKED_ARGUMENTS = "unpacked-arguments"
    """The call unpacks `*args` or `**kwargs`, which may hold the parameter: spell its arguments out."""
    ARGUMENT_HAS_EFFECT = "argument-has-effect"
    """The argument that would go calls something: move that call to a line of its own before."""
    CALL_SHAPE = "call-shape"
    """The arguments are written in a way that isn't edited (a comment among them, a bare generator): rewrite the call."""
    USED_AS_VALUE = "used-as-value"
    """The function is handed on, stored or inspected here, so that somebody else calls it or reads its signature: look at
    who, and pass `-o partial=true` when they don't mind."""
    NAMED_IN_STRING = "named-in-string"
    """A string names the function, as tests do that replace it: look at what stands in for it, then pass
    `-o partial=true`."""
    REACHED_BY_NAME = "reached-by-name"
    """A string that may be looked up as the function's name, or that holds code which may call it: if it does, change it by
    hand; then apply the change with `--level suggested`."""
    REPLACED = "replaced"
    """Something else is assigned to the function's name here: change that function's signature by hand as well."""
    UNRESOLVED_RECEIVER = "unresolved-receiver"
    """What the call is called on isn't known, and it would break if it is this function: annotate the receiver, or apply
    the rest with `--level suggested`."""
    SEVERAL_MEANINGS = "several-meanings"
    """The call may mean this function, or another one: split it."""
    NAME_COLLISION = "name-collision"
    """The new name means something else there already: choose another name."""
    DECORATED = "decorated"
    """A decorator decides what the function's callers see: change it by hand."""
    OVERLOADED = "overloaded"
    """The function has `@overload` signatures: change all of them by hand."""
    DEFINED_TWICE = "defined-twice"
    """The name is bound several times in its module or class, or a stub file declares it, too: leave one definition."""
    PROPERTY = "property"
    """A property is not called: it has no parameters that callers pass."""
    ABSTRACT = "abstract"
    """The method is abstract or belongs to a Protocol, so that others implement it: change them together by hand."""
    OVERRIDES = "overrides"
    """The method stands in for one of a base class, whose callers mean this one too: change both by hand."""
    OVERRIDDEN = "overridden"
    """A subclass overrides the method, and callers may mean either: change both by hand."""
    BASE_NOT_KNOWN = "base-not-known"
    """A base class is not part of the project and may have a method of this name: if it has none, apply the change with
    `--level suggested`."""
    CALLED_BY_PYTHON = "called-by-python"
    """Something else than its callers decides how it is called: Python calls special methods, a runner calls tests, a
    metaclass or `__new__` takes the arguments of a class, and a class without an `__init__` has a generated one: change it
    by hand."""
    PARAMETER_USED = "parameter-used"
    """The body uses the parameter that would go: take its uses out first."""
    REBOUND = "rebound"
    """The body binds the parameter's name by an import, a definition, `except ... as` or a pattern: rename that first."""
    READS_LOCALS = "reads-locals"
    """The body calls `locals()`, `eval()` or the like, or prints `f"{name=}"`, which show parameters by their names: spell
    them out."""
    EDIT_DIFFERS = "edit-differs"
    """The edited text is not what was meant: this is a bug of the codemod: report it."""
