"""Why a broad handler stays as it is, or is only suggested to change."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a broad handler was left as it is."""

    CALLS_PARAMETER = "calls-parameter"
    """The body calls something that its caller passed in, which may raise anything: the handler must stay broad."""
    CALLS_STORED = "calls-stored-callable"
    """The body calls something that was stored: a hook, a callback, an entry of a table. It may raise anything."""
    PLUGIN = "plugin"
    """The body loads or runs an entry point or a plugin, which may raise anything."""
    COMPUTED_CODE = "computed-code"
    """The body runs code that is known only when it runs: `eval`, `exec`, an import by a computed name."""
    SERVICE_LOOP = "service-loop"
    """The handler keeps an event, worker or retry loop alive, which no single failure may end."""
    DESTRUCTOR = "destructor"
    """The handler guards `__del__` or what runs at exit, where nobody could catch what gets out."""
    CALLBACK = "callback"
    """The function is a thread's target, a signal handler or a callback: nobody would see what gets out of it."""
    CLEANUP = "cleanup"
    """The handler guards cleanup, which must not mask the exception that is on its way or stop half done."""
    YIELDS = "yields-to-caller"
    """The body yields: whatever the caller does meanwhile arrives here."""
    TASK_GROUP = "task-group"
    """The body runs a task group, which raises an ExceptionGroup that is not its leaves."""
    EXCEPT_STAR = "except-star"
    """`except*` takes groups apart: it means something else with other types."""
    RERAISES = "re-raises"
    """The handler always raises the same exception again, so that being broad hides nothing."""
    PASSES_ON = "passes-on"
    """The handler hands the exception to somebody who waits for it: a type that was missed would leave them waiting."""
    TRANSLATES = "translates"
    """The handler raises another exception instead: a type that was missed would reach callers who don't know it."""
    KEEPS_INTERRUPTS = "keeps-interrupts"
    """`BaseException` also catches KeyboardInterrupt, SystemExit, GeneratorExit and CancelledError, whose way must stay."""

    UNRESOLVED_CALL = "unresolved-call"
    """What is called isn't known: annotate the value it is called on, or narrow the handler by hand."""
    UNKNOWN_LIBRARY = "unknown-library-call"
    """What a library's function can raise isn't known."""
    PACKAGE_MISSING = "package-not-installed"
    """The body calls a package that isn't installed in the project's environment: give its interpreter with `--python`."""
    PACKAGE_NOT_SOURCE = "package-not-source"
    """What the body calls in a package isn't Python source: it is compiled, made up when it is asked for, or was changed
    since it was installed."""
    PACKAGE_NOT_DERIVED = "package-not-derived"
    """A function of an installed package runs something that isn't known; the message says what, and the reason."""
    PACKAGE_NOT_ASKED = "package-not-asked"
    """The body calls an installed package, which isn't looked into as long as something else there isn't known."""
    PARTIAL_KNOWLEDGE = "partial-knowledge"
    """A library's function raises these, and maybe others, for these arguments."""
    VIRTUAL_CALL = "virtual-call"
    """A subclass may override the method: mark the class or the method `@final`, or pass `-o closed-world=true`."""
    DECORATED_CALL = "decorated-call"
    """A decorator wraps the function that is called, and isn't followed."""
    REBOUND_NAME = "rebound-name"
    """Something assigns to the name or the attribute while the program runs, so that another function may be called."""
    UNKNOWN_VALUE = "unknown-value"
    """An operator, a loop or an attribute runs code of a value whose type isn't known: annotate it."""
    UNKNOWN_AWAITABLE = "unknown-awaitable"
    """What is awaited isn't known."""
    UNKNOWN_EXCEPTION = "unknown-exception"
    """What is raised, or what another handler catches, isn't known."""
    IMPORTS_CODE = "imports-code"
    """The body imports a module, whose code may raise anything while it runs."""
    NOT_FOLLOWED = "not-followed"
    """The body holds a statement that isn't followed: `match`, a class, a pattern."""

    TYPE_ERROR_GUARD = "type-error-guard"
    """A value may be None there or is declared as `Any`, or a module may lack what is asked of it, so that the handler may be
    meant for a TypeError or an AttributeError: test the value, or pass `-o keep-type-errors=true`."""
    RESTS_ON_OTHERS = "rests-on-others"
    """Its body runs handlers that this run narrows without a proof, so that more would arrive here than before."""
    CONTRADICTED = "contradicted"
    """A recorded run saw a type there that the proof doesn't have. This is a bug of refactorkit's knowledge: report it."""
    KEEPS_RECORDING = "keeps-recording"
    """Another handler of the file stays only for what was recorded of this version of the file, which a change would make
    stale. Change this one by hand, or that one first."""
    ALL_KINDS_OBSERVED = "all-kinds-observed"
    """Recorded runs saw so many unrelated types there that anything may arrive."""
    NOTHING_RAISED = "nothing-raised"
    """Nothing in the body can raise what the handler catches, short of a programming error: remove the try by hand."""
    ALREADY_CAUGHT = "already-caught"
    """All that the body can raise is caught by the handlers above: remove this one by hand."""
    TYPE_NOT_IMPORTABLE = "type-not-importable"
    """A type can't be named here: its import would close a cycle or load what is otherwise loaded later or not at all, it is
    only for type checkers, the name means something else here, or not every Python that the project is for has it."""
    MISSING_ATTRIBUTE = "missing-attribute"
    """The handler reads an attribute of the exception that not all of the types have."""
    COMMENT_BETWEEN = "comment-between"
    """A comment stands between the types of the handler: change it by hand."""
    BARE_EXCEPT = "bare-except"
    """`except:` also stops Ctrl-C and exits: write `except Exception:`, unless just that is meant."""


BOUNDARIES = (
    Reason.CALLS_PARAMETER,
    Reason.CALLS_STORED,
    Reason.PLUGIN,
    Reason.COMPUTED_CODE,
)
"""What the calls in a body say about it, the first that holds. Others come from where the handler stands."""
