"""Plans for the tests of reports, as a codemod makes them: with many sites, or with texts that mean harm."""

from __future__ import annotations

from typing import Any

from refactorkit.model import Change, Failed, Finding, Level, Plan, Status, Unchanged, Verification

HARM = "</script><script>window.harmed=1</script><img src=x onerror='window.harmed=2'>{{7*7}}${8*8}"
"""What would run if it were ever parsed as markup or as a template."""
OBEYED = "\x1b[31m\x00\x07\u202e\u2028"
"""What a terminal, a script or a reader would be led astray by."""


def finding(path: str, line: int, status: Status = Status.CHANGED, **more: Any) -> Finding:
    """A finding on one line."""
    given: dict[str, Any] = {
        "column": 0,
        "end_line": line,
        "level": Level.PROVED,
        "message": "it is old",
    } | more
    return Finding(path=path, line=line, status=status, **given)


def plan_of(*outcomes: Any, codemod: str = "logging-warn") -> Plan:
    """A plan with these outcomes, in which everything that changes can be decided on."""
    changed = [f for o in outcomes if isinstance(o, Change) for f in o.findings if f.status is Status.CHANGED]
    return Plan(
        codemod=codemod,
        version="1.0.0",
        options={},
        base="0" * 40,
        outcomes=outcomes,
        verification=(Verification(gate="second-run", ok=True, detail="nothing more to change"),),
        choices=tuple((f.path, f.line) for f in changed),
    )


def large_plan(files: int = 100, sites: int = 50) -> Plan:
    """A plan with so many sites in each of so many files."""
    changes = []
    for number in range(files):
        path = f"src/app/part_{number % 7}/module_{number:03}.py"
        before = [b"import logging\n\n\ndef run(items):\n    for item in items:\n"]
        after = [before[0]]
        for site in range(sites):
            rest = b"".join(b"        total += %d\n" % (site * 8 + n) for n in range(8))
            before.append(b"        logging.warn('site %d of', item)\n%s" % (site, rest))
            after.append(before[-1].replace(b"warn(", b"warning("))
        findings = tuple(
            finding(path, 6 + 9 * site, evidence={"witness": [f"{path}:{site}", "logging.warn"]})
            for site in range(sites)
        )
        changes.append(Change(path=path, before=b"".join(before), after=b"".join(after), findings=findings))
    return plan_of(*changes)


def hostile_plan() -> Plan:
    """A plan in which every text means harm."""
    name = f"a/{HARM}/{OBEYED}".replace("\x00", "") + b"\xff.py".decode("utf-8", "surrogateescape")
    code = f"x = '{HARM}'  # {OBEYED}\n".encode("utf-8", "surrogateescape") + b"y = '\xff'\n"
    evidence = {
        HARM: HARM, "witness": [HARM, OBEYED], "cycle": [HARM, "b", HARM], "pair": [HARM, HARM], "module": HARM,
        "differences": [{"sync_line": 1, "sync": HARM, "async_line": 2, "async": OBEYED}],
        "output": [HARM], "nested": {"a": [HARM]},
    }  # fmt: skip
    return plan_of(
        Change(
            path=name, before=code + b"z = 1\n", after=code + b"z = 2\n",
            findings=(finding(name, 3, message=HARM + OBEYED, evidence=evidence),),
        ),
        Unchanged(
            path="b.py",
            findings=(finding("b.py", 1, Status.REFUSED, reason=HARM, message=HARM, evidence=evidence),),
        ),
        Failed(path="c.py", error=HARM),
        codemod="<script>window.harmed=3</script>",
    )  # fmt: skip


def pair_change() -> Change:
    """A divergent pair, one half of which becomes a call of the other."""
    before = b"class Store:\n    def load(self):\n        return 1\n\n    async def aload(self):\n        return 2\n"
    evidence = {"pair": ["Store.load", "Store.aload"], "relation": "divergent", "differences": []}
    return Change(
        path="src/pair.py",
        before=before,
        after=before.replace(b"return 1", b"return run(self.aload())"),
        findings=(finding("src/pair.py", 2, end_line=3, level=Level.SUGGESTED, evidence=evidence),),
    )


def varied_plan() -> Plan:
    """A plan with a finding of each kind and evidence of each kind, whose code has tokens of each colour."""
    code = b'''class Thing(Exception):
    """What it is."""

    @decorator
    def run(self, items: list[int]) -> None:
        # a comment \x1b
        if self.old is not None and len(items) > 1:
            raise ValueError(f"no {items} \xc3\xa4")
'''
    path = "src/thing.py"
    cycle = ["app.models", "app.orders", "app.customers", "app.models"]
    pair = {"pair": ["load", "aload"], "relation": "divergent"}
    difference = {"sync_line": 78, "sync": "deadline = time.monotonic()", "async_line": 65, "async": "try:"}
    return plan_of(
        Change(
            path=path, before=code, after=code.replace(b"self.old", b"self.new").replace(b"ValueError", b"TypeError"),
            findings=(finding(path, 7, evidence={"cycle": cycle, "module": "app.orders"}), finding(path, 8)),
        ),
        pair_change(),
        Change(path="src/new.py", before=None, after=b"x = 1\ny = None\n"),
        Unchanged(
            path="src/other.py",
            findings=(
                finding("src/other.py", 3, Status.REFUSED, reason="gate-failed", evidence={"traceback": ["a", "b"]}),
                finding("src/other.py", 5, Status.SUGGESTED, level=Level.SUGGESTED, reason="below-level",
                        evidence={**pair, "differences": [difference]}),
                finding("src/other.py", 9, Status.SUPPRESSED, level=Level.BOUNDARY, reason="suppressed"),
                finding("src/other.py", 11, Status.UNCHANGED, level=Level.BOUNDARY, reason="not-selected",
                        evidence={"why": [f"line {n}" for n in range(9)]}),
            ),
        ),
        Failed(path="src/broken.py", error="it does not parse"),
    )  # fmt: skip
