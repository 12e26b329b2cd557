"""What sync-wrapper says about a pair: the relation of its two bodies, and why a pair was left as it is."""

from __future__ import annotations

from enum import StrEnum


class Relation(StrEnum):
    """How the bodies of a pair relate, as in the ledger's evidence `relation`."""

    EQUAL = "equal"
    """The same once `await` and the pairs' own names are gone."""
    EQUAL_AFTER_MAPPING = "equal-after-mapping"
    """The same after rows of the table of twins (`asyncio.sleep` is `time.sleep`), a bridge or renamed locals."""
    CLIENT_CONSTRUCTION = "client-construction"
    """The same, but each side makes a client of its own kind, which only running both can compare."""
    DROPS_CLIENT = "drops-client"
    """The async side uses a client that it was given, the sync side ignores it."""
    BRIDGE = "bridge"
    """The sync side runs the async one already."""
    TRIVIAL_ASYNC = "trivial-async"
    """The same, and the async side never awaits."""
    DIVERGENT = "divergent"
    """They differ; the differences are in the evidence."""


class Reason(StrEnum):
    """Why a pair or one of its halves was left as it is."""

    NO_ASYNC_HALF = "no-async-half"
    """The decorator names no `async def` above it in the same scope, so there is nothing to wrap."""
    ALREADY_A_BRIDGE = "already-a-bridge"
    """The sync half runs the async one already: nothing to do."""
    NEVER_AWAITS = "never-awaits"
    """The async half never awaits, so that a bridge would only cost: `-o direction=sync-core` lets it call the sync one."""
    DIVERGENT = "divergent"
    """The bodies differ. Read `differences`; make them agree, or take the async body with `--level suggested`."""
    DROPS_CLIENT = "drops-client"
    """The sync half ignores a client that it is given; a wrapper would use it, in another loop. Decide what is meant."""
    NOT_OBSERVED = "not-observed"
    """Equal as far as can be read, but it rests on something that only a run shows: `--level observed --verify-behaviour`."""
    SIGNATURE_DIFFERS = "signature-differs"
    """The halves take other parameters or defaults, or are bound differently: give them the same signature first."""
    DECORATED_TWIN = "decorated-twin"
    """The async half has a decorator that a wrapper would run too (a client is injected, a call retried): unwrap it."""
    GENERATOR = "generator"
    """A half yields, or is a context manager: a bridge can't hand values out one by one."""
    ONE_HALF_OVERRIDDEN = "one-half-overridden"
    """A subclass overrides only one of the halves, so that a wrapper would call other code: override both."""
    CALLED_THROUGH_SUPER = "called-through-super"
    """An override calls this half through `super()` or the class; a wrapper bound late would call the override again."""
    WRITES_CONTEXT = "writes-context"
    """The body sets a context variable; a bridge runs in a copy of the context, so that the caller wouldn't see it."""
    DEPENDS_ON_THREAD = "depends-on-thread"
    """The body asks in which thread it runs, and a bridge may use another one."""
    DEPENDS_ON_FRAME = "depends-on-frame"
    """The body looks at its caller (`stacklevel`, `inspect.stack`, `locals`), which a wrapper stands between."""
    DEPENDS_ON_LOOP = "depends-on-loop"
    """Both halves call code that may ask whether a loop runs: a dispatcher, `asyncio.run`, a function that was passed in."""
    STOP_ITERATION = "stop-iteration"
    """The body may raise StopIteration, which a coroutine turns into RuntimeError: give `next` a default."""
    ENDS_THE_LOOP = "ends-the-loop"
    """The body raises SystemExit or the like, which would end the bridge's loop and not only the call."""
    FAILED_DEPENDENCY = "failed-dependency"
    """The bodies are equal only if another pair or helper is, and that one isn't: it is in the message."""
    IMPLICIT_DISPATCH = "implicit-dispatch"
    """The sync body calls a dispatcher without `_sync=True`: called with it where a loop runs, it gets a coroutine that nobody
    awaits, and a wrapper would not. Pass `_sync=True` in the sync body first."""
    UNRESOLVED_CALL = "unresolved-call"
    """The bodies call a method under its sync and its async name, and what they call isn't known: annotate the receiver."""
    NO_BRIDGE = "no-bridge"
    """No function that runs a coroutine was found, or several: name one with `-o bridge=module.function`."""
    BRIDGE_IN_RUNNING_LOOP = "bridge-in-running-loop"
    """The bridge can't be called where a loop runs already (`asyncio.run`), but the sync half can: use one with a thread."""
    NAME_TAKEN = "name-taken"
    """The module or the signature uses the bridge's or the async half's name for something else: rename one of them."""
    STATEMENT = "statement"
    """The body shares a line with something else: put it on lines of its own."""
    COMMENT_LOST = "comment-in-sync-body"
    """The old body holds a comment that the async half hasn't: move it there first, or take it out."""
    CALLER_UNDECIDED = "caller-undecided"
    """With `dispatch=remove`: something names the function without saying `_sync=True`, so that it may expect a coroutine."""

    LAYER_TAKEN = "layer-taken"
    """With `layer=module`: a module of the layer's name is there already. Give another with `-o layer-name`, or use
    `layer=inline`."""
    LAYER_OF_PACKAGE = "layer-of-package"
    """With `layer=module`: the function stands in a package's `__init__`, which has no place beside it. Move it to a module."""
    LAYER_IN_BLOCK = "layer-in-block"
    """With `layer=module`: the function is defined inside `if`, `try` or the like, and a layer would define it always."""
    LAYER_NAMELESS = "layer-nameless"
    """With `layer=module`: the module's dotted name isn't known, as it stands in no package and nothing imports it, or
    no import statement can hold it."""
    MODULE_GETATTR = "module-getattr"
    """With `layer=module`: the module has a `__getattr__`, `__dir__` or `_SYNC` of its own, which the re-export needs."""
    USED_IN_MODULE = "used-in-module"
    """With `layer=module`: the module itself uses the name, and would not find it: a module's `__getattr__` serves others."""
    STAR_IMPORTED = "star-imported"
    """With `layer=module`: a star import takes what stands in the module, and no `__all__` names the function. Add one."""
    IMPORTS_BELOW = "imports-below"
    """With `layer=module`: the module imports something below the function, which might ask for it before the layer is there."""
    REGISTERING_DECORATOR = "registering-decorator"
    """With `layer=module`: a decorator may do something when it runs, such as register the function, and would run later."""
    EVALUATED_LATE = "evaluated-late"
    """With `layer=module`: a default or an argument of a decorator might have another value when the layer is imported."""
    CAPTURED_NAME = "captured-name"
    """With `layer=module`: something replaces a name that the layer imports, and the replacement could stay there for good."""


EQUAL_RELATIONS = (
    Relation.EQUAL,
    Relation.EQUAL_AFTER_MAPPING,
    Relation.CLIENT_CONSTRUCTION,
    Relation.TRIVIAL_ASYNC,
)
"""The relations in which both bodies do the same, as far as can be read."""
