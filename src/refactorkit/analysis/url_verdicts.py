"""Whether each candidate field can take a strict URL, and if not, why.

The rules come from pydantic's documented behaviour of `HttpUrl`: it is no `str`, it never equals one, it adds a slash to
a bare origin, and string constraints don't apply to it (https://docs.pydantic.dev/latest/api/networks/).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from refactorkit.analysis.annotations import Shape, allows_none
from refactorkit.analysis.class_statement import Class
from refactorkit.analysis.consumers import Consumers, Use
from refactorkit.analysis.modules import Modules, Symbol
from refactorkit.analysis.pydantic_models import Kind, Models
from refactorkit.analysis.roles import Evidence, Role, decide, evidence_for
from refactorkit.analysis.url_sites import Field
from refactorkit.analysis.walk_lines import lines_with, walk_lines

URL = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{2,5})?(?:/[\w./~%+,;=&?#@-]*)?", re.ASCII)
"""String literals that HttpUrl certainly accepts; the host is lower case, so that only a bare origin is normalised."""
HOPELESS = re.compile(r"(?!\s*https?:)", re.IGNORECASE)
"""String literals that HttpUrl certainly rejects: they don't start with one of its two schemes."""
CONSTRAINTS = frozenset(
    "min_length max_length pattern regex strict strip_whitespace to_lower to_upper curtail_length "  # noqa: SIM905
    "coerce_numbers_to_str".split()
)


class Reason(StrEnum):
    """Why a use of the permissive alias, or a candidate field, was left as it is."""

    NOT_PYDANTIC = "not-pydantic"
    """The class is not validated by pydantic, so the type of its field is only a hint: nothing to swap."""
    UNRESOLVED_BASE = "unresolved-base"
    """The class inherits from something outside of the project. If it is a pydantic model, name the base in `models`."""
    PYDANTIC_1 = "pydantic-1"
    """The model is one of pydantic 1, whose HttpUrl is another type: move it to pydantic 2 first."""
    ORM_MODEL = "orm-model"
    """The class is a table too, and its column needs a plain type: split the model from the table first."""
    UNCLEAR_ALIAS = "unclear-alias"
    """The name isn't bound to one plain string type: it is bound in several ways, or to something else than a `str`."""
    FOREIGN_ALIAS = "foreign-alias"
    """The alias comes from outside of the project and may be anything: name it in full in `lax` if it is a string."""
    NOT_A_FIELD = "not-a-field"
    """The alias is used for something else than a field of a model, such as a parameter: change it by hand if wanted."""
    NESTED_ALIAS = "nested-alias"
    """Another alias is made of this one: change that alias by hand, once all of its users can take a strict URL."""
    CLASS_VARIABLE = "class-variable"
    """A ClassVar or a private attribute: pydantic doesn't validate it, so the type is only a hint."""
    UNION = "union"
    """The type stands in a union with another one that would take every string that the strict type rejects."""
    MAPPING_KEY = "mapping-key"
    """The type is the key of a mapping: keys that are no plain strings break JSON and look-ups by string."""
    UNCLEAR_ANNOTATION = "unclear-annotation"
    """Which part of the annotation is the URL can't be told: write the type as `str`, `Optional[str]` or a list of it."""
    UNCLEAR_COMMENT = "unclear-comment"
    """The comment mentions the strict type but asks for something else too: say what is wanted in a line of its own."""
    STRING_CONSTRAINT = "string-constraint"
    """The field has constraints or metadata made for strings (`max_length`, `pattern`), which fail on a URL: drop them."""
    FIELD_HOOK = "field-hook"
    """A validator or serializer of the model handles this field's value as a string: adapt it together with the type."""
    STRING_DEFAULT = "string-default"
    """The default is a string that is no URL, or isn't known: pydantic doesn't validate defaults, so it would stay."""
    SUBCLASS_OVERRIDE = "subclass-override"
    """A subclass declares the field with another type: change both together, or the two disagree."""
    MIXED_ROLE = "mixed-role"
    """The model takes input and hands out stored data, or what it is for isn't known: split it, or set `role`."""
    USED_AS_STR = "used-as-str"
    """Code uses the value as a string, or may: wrap these places in `str(...)` first. They are in `consumers`."""
    INVALID_LITERAL = "invalid-literal"
    """Code constructs the model with a string that the strict type rejects: correct that call first."""
    IMPORT_CYCLE = "import-cycle"
    """Importing the new alias here would close an import cycle: move the alias to a module that imports less."""
    NAME_TAKEN = "name-taken"
    """The module uses the new alias's name for something else: rename one of them."""
    ALIAS_PLACE = "alias-place"
    """The alias isn't defined at the top level of a file that this run may change: widen the paths, or move it."""
    LOCAL_SCOPE = "local-scope"
    """The model is defined inside a function, where the new name might not be seen: move it to module level."""
    STATEMENT = "statement"
    """The class shares its line with another statement: put each on a line of its own."""
    DECLARED_TWICE = "declared-twice"
    """The class declares the field more than once, and only the last declaration counts: remove the others."""
    UNREADABLE_FILE = "unreadable-file"
    """A file that names the model or the field can't be parsed by this Python: repair it, or run with a newer one."""
    PUBLIC_NAME = "public-name"
    """Nothing in the project uses the alias any more; it stays because code outside may: remove it when none does."""


BOUNDARIES = frozenset([Reason.NOT_PYDANTIC, Reason.NOT_A_FIELD, Reason.CLASS_VARIABLE, Reason.PUBLIC_NAME])
"""Reasons for which there is nothing to do."""


class Policy(Struct, frozen=True):
    """The options that decide: what the undecided roles become, and whether stored values that fail are kept."""

    role: str
    keeps_stored: bool


class Verdict(Struct, frozen=True):
    """What becomes of a field. `reason` None: it changes, to the alias for `role`; `wrap` is a default to wrap."""

    field: Field
    role: Role
    reason: Reason | None
    message: str
    consumers: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    wrap: str | None = None
    pending: tuple[Use, ...] = ()
    """Places that pass the value on to a field that must take a URL too."""

    def refused(self, reason: Reason, message: str) -> Verdict:
        """The same field, left as it is for a reason."""
        return Verdict(self.field, self.role, reason, message, self.consumers, self.why)


Changing = dict[tuple[tuple[str, str], str], Verdict]
"""The verdicts on the fields that change, by the class's key and the field's name."""


class Judge:
    """Decides field by field. It remembers the roles of models, because fields of a model share them."""

    def __init__(self, modules: Modules, models: Models, policy: Policy) -> None:
        self._modules = modules
        self._models = models
        self._policy = policy
        self._consumers = Consumers(modules, models)
        self._known: dict[tuple[tuple[str, str], frozenset[tuple[str, str]]], list[Evidence]] = {}

    def verdicts(self, fields: list[Field]) -> list[Verdict]:
        """A verdict for each field; one that a subclass declares differently falls with it."""
        return self.settled([self.verdict(field) for field in fields])

    def settled(self, decided: list[Verdict]) -> list[Verdict]:
        """The verdicts with those refused that need another field to change which doesn't."""
        while True:
            changing = {(v.field.cls.key, v.field.name): v for v in decided if v.reason is None}
            again = [self._with_targets(self._with_overrides(v, changing), changing) for v in decided]
            if again == decided:
                return decided
            decided = again

    def verdict(self, field: Field) -> Verdict:
        """The verdict on one field, its subclasses aside."""
        for check in (self._class, self._annotation, self._metadata, self._hooks):
            found = check(field)
            if found:
                return Verdict(field, Role.NONE, found[0], found[1])
        wrap, problem = self._default(field)
        if problem:
            return Verdict(field, Role.NONE, Reason.STRING_DEFAULT, problem)
        evidence = self._evidence(field)
        why = tuple(str(e) for e in evidence)
        role = decide(evidence)
        if role in (Role.MIXED, Role.NONE):
            if self._policy.role == "refuse":
                said = "takes input and hands out stored data" if role is Role.MIXED else "has no known use"
                message = f"{field.cls.name} {said}: set role=input or role=stored to decide"
                return Verdict(field, role, Reason.MIXED_ROLE, message, why=why)
            role = Role(self._policy.role)
        consumers = self._consumers.string_uses(field.cls, field.name)
        unread = self._unread(field)
        if unread:
            return Verdict(field, role, Reason.UNREADABLE_FILE, unread, why=why)
        pending = tuple(u for u in consumers if u.target is not None)
        uses = tuple(str(u) for u in consumers if u.target is None)
        if uses:
            more = f" and {len(uses) - 1} more" if len(uses) > 1 else ""
            message = f"{field.name} is used as a string: {uses[0]}{more}"
            return Verdict(field, role, Reason.USED_AS_STR, message, uses, why)
        literal = (
            self._invalid_literal(field) if role is Role.INPUT or not self._policy.keeps_stored else None
        )
        if literal:
            return Verdict(field, role, Reason.INVALID_LITERAL, literal, why=why)
        return Verdict(field, role, None, "", why=why, wrap=wrap, pending=pending)

    def _evidence(self, field: Field) -> list[Evidence]:
        """Why the model is input or stored: the same for all of its fields that the same subclasses declare again."""
        key = (
            field.cls.key,
            frozenset(child.key for child, _ in self._models.overrides(field.cls, field.name)),
        )
        if key not in self._known:
            self._known[key] = evidence_for(self._modules, self._models, field.cls, field.name)
        return self._known[key]

    def _unread(self, field: Field) -> str | None:
        """A file that names the model or the field and can't be parsed: what it does with them isn't known."""
        names = {field.cls.name.rpartition(".")[2], field.name}
        for path in self._modules.mentioning(names):
            if path in self._modules.failures:
                return f"{path} names it and can't be read: {self._modules.failures[path]}"
        return None

    def _class(self, field: Field) -> tuple[Reason, str] | None:
        name = field.cls.name
        if field.unknown:
            return (
                Reason.FOREIGN_ALIAS,
                f"{field.unknown} is not in the project: set lax={field.unknown} to swap it",
            )
        match self._models.kind(field.cls):
            case Kind.PLAIN:
                return Reason.NOT_PYDANTIC, f"{name} is not a pydantic model"
            case Kind.UNKNOWN:
                bases = ", ".join(ast.unparse(base) for base in field.cls.node.bases)
                return (
                    Reason.UNRESOLVED_BASE,
                    f"{name} inherits from {bases}, which isn't known to be a pydantic model",
                )
            case Kind.PYDANTIC_1:
                return Reason.PYDANTIC_1, f"{name} is a model of pydantic 1"
            case Kind.ORM:
                return Reason.ORM_MODEL, f"{name} is a table"
        if field.name.startswith("_") or any(o.shape is Shape.CLASS_VARIABLE for o in field.found):
            return Reason.CLASS_VARIABLE, f"{name}.{field.name} is not validated"
        return None

    def _annotation(self, field: Field) -> tuple[Reason, str] | None:
        shapes = {o.shape for o in field.found}
        if field.unclear and not field.is_alias:
            return Reason.UNCLEAR_COMMENT, f"the comment on {field.name} asks for more than the type"
        if not field.found or Shape.OTHER in shapes or (not field.is_alias and len(field.found) > 1):
            return (
                Reason.UNCLEAR_ANNOTATION,
                f"{ast.unparse(field.node.annotation)} doesn't show where the URL stands",
            )
        if Shape.KEY in shapes:
            return Reason.MAPPING_KEY, f"{field.name} has URLs as keys"
        if Shape.UNION in shapes:
            return Reason.UNION, f"{ast.unparse(field.node.annotation)} takes other types too"
        return None

    def _metadata(self, field: Field) -> tuple[Reason, str] | None:
        metadata = [m for o in field.found for m in o.metadata]
        if isinstance(field.node.value, ast.Call):
            metadata.append(field.node.value)
        for item in metadata:
            name = _name(item.func) if isinstance(item, ast.Call) else _name(item)
            if name in ("Field", "FieldInfo", "Body", "Query", "Form") and isinstance(item, ast.Call):
                bad = sorted(k.arg for k in item.keywords if k.arg in CONSTRAINTS)
                if bad:
                    return Reason.STRING_CONSTRAINT, f"{field.name} is constrained by {', '.join(bad)}"
            elif item is not field.node.value and name not in ("Doc", "BeforeValidator"):
                if not isinstance(item, ast.Constant):
                    return Reason.STRING_CONSTRAINT, f"{field.name} has {ast.unparse(item)} in its annotation"
        return None

    def _hooks(self, field: Field) -> tuple[Reason, str] | None:
        hooks = [h for h in self._models.hooks(field.cls, field.name) if not h.before]
        if hooks:
            return (
                Reason.FIELD_HOOK,
                f"{hooks[0].name} ({hooks[0].path}:{hooks[0].line}) handles {field.name}",
            )
        return None

    def _default(self, field: Field) -> tuple[str | None, str | None]:
        """A string default that must become a URL, or what is wrong with the default."""
        value = field.node.value
        if isinstance(value, ast.Call) and _name(value.func) in ("Field", "field", "Body", "Query", "Form"):
            keywords = {k.arg: k.value for k in value.keywords}
            factory = keywords.get("default_factory")
            if factory is not None and _name(factory) not in ("list", "dict", "set", "tuple", "frozenset"):
                return None, f"{field.name} gets its default from {ast.unparse(factory)}"
            if None in keywords:
                return None, f"{field.name} gets options that aren't known (**)"
            value = keywords.get("default", value.args[0] if value.args else None)
        match value:
            case None | ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
                return None, None
            case ast.Constant(value=str(text)):
                if URL.fullmatch(text):
                    return text, None
            case ast.Constant(value=value_) if value_ is Ellipsis:
                return None, None
            case ast.Constant(value=None):
                module = self._modules.get(field.cls.path)
                if module is not None and allows_none(self._modules, module, field.node.annotation):
                    return None, None
                return None, f"{field.name} has the default None, which its type doesn't allow"
        return None, f"{field.name} has the default {ast.unparse(value)}"

    def _invalid_literal(self, field: Field) -> str | None:
        """A constructor call in the project whose literal for this field is certainly no URL."""
        related = {c.key for c in (field.cls, *self._models.subclasses(field.cls))}
        words = {name.rpartition(".")[2] for _, name in related}
        for path in self._modules.mentioning(words):
            for call in self._calls(path, words, field.name):
                resolved = self._modules.resolve(self._modules.get(path), call.func)  # type: ignore[arg-type]
                if not isinstance(resolved, Symbol) or resolved.key not in related:
                    continue
                for keyword in call.keywords:
                    text = getattr(keyword.value, "value", None)
                    if keyword.arg == field.name and isinstance(text, str) and HOPELESS.match(text):
                        return f"{path}:{call.lineno} constructs it with {text!r}"
        return None

    def _calls(self, path: str, words: set[str], field: str) -> Iterator[ast.Call]:
        module = self._modules.get(path)
        if module is not None and field.encode() in module.data:
            names = self._modules.local_names(module, words)
            for node, _ in walk_lines(module.tree, lines_with(module.data, names)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                    yield node

    def _with_targets(self, verdict: Verdict, changing: Changing) -> Verdict:
        """The verdict, refused when its value goes to a field that stays a string, or that rejects what is stored."""
        if verdict.reason is not None:
            return verdict
        keeps = verdict.role is Role.STORED and self._policy.keeps_stored
        for use in verdict.pending:
            path, name, field = use.target or ("", "", "")
            target = changing.get(((path, name), field))
            fits = use.takes_url and not keeps
            if target is not None:
                fits = not (keeps and target.role is Role.INPUT)
            if not fits:
                said = f"{verdict.field.name} is used as a string: {use}"
                return Verdict(
                    verdict.field, verdict.role, Reason.USED_AS_STR, said, (str(use),), verdict.why
                )
        return verdict

    def _with_overrides(self, verdict: Verdict, changing: Changing) -> Verdict:
        if verdict.reason is not None:
            return verdict
        field = verdict.field
        for child, statement in self._models.overrides(field.cls, field.name):
            if (child.key, field.name) not in changing:
                message = f"{child.name} ({child.path}:{statement.lineno}) declares {field.name} differently"
                return Verdict(field, verdict.role, Reason.SUBCLASS_OVERRIDE, message, why=verdict.why)
        return verdict


def _name(node: ast.expr) -> str | None:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None


__all__ = ["BOUNDARIES", "Class", "Judge", "Policy", "Reason", "Verdict"]
