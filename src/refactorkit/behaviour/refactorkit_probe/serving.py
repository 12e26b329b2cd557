"""Serves requests of the coordinator: imports the modules once, then runs each case in a forked process.

Lines of JSON come in on stdin and go out on the descriptor that the first line names. A case that doesn't answer in
time is ended with its process, and the next case gets a new one.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import select
import signal
import sys
from collections.abc import Iterator
from typing import Any

from . import names as mapping
from .contexts import OVERRIDE, contexts, run
from .exploring import explore
from .instrument import Halves
from .kinds import makes_more, of_value
from .roles import stand_in
from .subject import Subject

Case = dict[str, Any]
MOST_SILENT = 3
"""Cases of one pair that may hang before the rest is given up."""


class Server:
    """The modules, and the process that runs the cases."""

    def __init__(self, start: dict[str, Any]) -> None:
        self.start = start
        self.limit = float(start["seconds"])
        self.switch = str(start["switch"])
        self.halves = Halves()
        self.errors: dict[str, str] = {}
        self.silent = 0
        self._child: tuple[int, Any, Any] | None = None

    def prepare(self) -> None:
        """Import every module that holds a pair, with its halves rewritten, and put fakes in the place of clients."""
        mapping.use(self.start["names"])
        for pair in self.start["pairs"]:
            for half in pair["rewritten"]:
                self.halves.want(pair["path"], pair[half], half)
        self.halves.install()
        sys.path[:0] = self.start["folders"]
        for module in dict.fromkeys(pair["module"] for pair in self.start["pairs"]):
            try:
                importlib.import_module(module)
            except BaseException as error:  # noqa: BLE001  (importing runs the target's code)
                self.errors[module] = f"{module} can't be imported: {type(error).__name__}: {error}"
        _replace_clients()

    def answer(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Each case of a request with its observation, then what is known about the pair."""
        pair = self.start["pairs"][request["pair"]]
        if pair["module"] in self.errors:
            yield {"error": self.errors[pair["module"]]}
            return
        try:
            subject = Subject(pair["module"], pair["sync"], pair["twin"])
            subject.awaited = self.halves.awaited.get(
                (os.path.realpath(pair["path"]), pair["twin"]), frozenset()
            )
            ways = subject.ways()
            facts = subject.facts()
        except (AttributeError, TypeError, ValueError) as error:
            yield {"error": f"{pair['sync']} can't be called: {type(error).__name__}: {error}"}
            return
        self.silent = 0
        items = {half: self._items(pair, half) for half in pair["rewritten"]}
        if request["cases"] is None:
            reached = set(
                items["sync" if "sync" in items else "twin"]
            )  # what a call in the plain context runs
            where = contexts(subject, self.switch)
            plan = explore(lambda case: self._observe(subject, case), ways, where, reached, request["most"])
        else:
            plan = ((case, self._observe(subject, case)) for case in request["cases"])
        for case, observation in plan:
            yield {"case": case, "observation": observation}
        late = None
        if subject.is_bound and "sync" not in pair["rewritten"]:
            late = self._observe(subject, {"context": OVERRIDE, "way": "required", "choices": {}})
        self._end()
        yield {"facts": facts, "items": [item for half in items.values() for item in half], "late": late}

    def _items(self, pair: dict[str, str], half: str) -> list[str]:
        """What can be covered in a half."""
        return [
            f"{half} {item}"
            for item in self.halves.items.get((os.path.realpath(pair["path"]), pair[half]), [])
        ]

    def _observe(self, subject: Subject, case: Case) -> dict[str, Any]:
        """Run one case in the forked process; a new one is made where there is none."""
        if self.silent >= MOST_SILENT:
            return _silence("not run: too many cases before it gave no answer")
        if self._child is None:
            self._child = self._fork(subject)
        _, requests, answers = self._child
        requests.write(json.dumps(case) + "\n")
        requests.flush()
        ready, _, _ = select.select([answers], [], [], self.limit)
        line = answers.readline() if ready else ""
        if line:
            found = json.loads(line)
            assert isinstance(found, dict)
            return found
        self.silent += 1
        self._end()
        return _silence(f"no answer within {self.limit:g} s" if not ready else "the process died")

    def _fork(self, subject: Subject) -> tuple[int, Any, Any]:
        mine, theirs = os.pipe(), os.pipe()
        process = os.fork()
        if process == 0:
            os.close(mine[1])
            os.close(theirs[0])
            self._work(subject, os.fdopen(mine[0]), os.fdopen(theirs[1], "w"))
        os.close(mine[0])
        os.close(theirs[1])
        return process, os.fdopen(mine[1], "w"), os.fdopen(theirs[0])

    def _work(self, subject: Subject, requests: Any, answers: Any) -> None:
        """The forked process: one case a line until there are no more. Never returns."""
        try:
            for line in requests:
                case = json.loads(line)
                found = run(subject, case["context"], case["way"], case["choices"], self.switch)
                answers.write(json.dumps(found) + "\n")
                answers.flush()
        finally:
            os._exit(0)

    def _end(self) -> None:
        """End the forked process, whatever it does."""
        if self._child is not None:
            process, requests, answers = self._child
            self._child = None
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            for stream in (requests, answers):
                try:
                    stream.close()
                except BrokenPipeError:
                    continue


def _silence(why: str) -> dict[str, Any]:
    return {"log": [], "end": why, "asked": [], "covered": []}


def _replace_clients() -> None:
    """Put a fake in the place of every client factory, in every module that knows it, under whatever name."""
    clients = mapping.names().clients
    real = []
    for name in clients:
        module, _, last = name.rpartition(".")
        holders = [sys.modules.get(module)] if module else list(sys.modules.values())
        real += [(last, vars(m).get(last)) for m in holders if hasattr(m, "__dict__")]
    factories = {id(v): name for name, v in real if inspect.isfunction(v) and not makes_more(of_value(v))}
    kept = [value for _, value in real]  # an id means something as long as the object lives
    for module_of_some_kind in list(sys.modules.values()):
        names = vars(module_of_some_kind) if hasattr(module_of_some_kind, "__dict__") else {}
        for name, value in list(names.items()):
            if id(value) in factories:
                last = factories[id(value)]
                names[name] = stand_in(
                    last, of_value(value), next(c for c in clients if c.rpartition(".")[2] == last)
                )
    kept.clear()


def _bound_memory(size: int) -> None:
    """Let this process and its children have at most `size` bytes of address space, where the system can do that."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (size if most < 0 else min(size, most), most))


def main() -> None:
    """Serve until stdin ends."""
    start = json.loads(sys.stdin.readline())
    out = os.fdopen(start["out"], "w")
    _bound_memory(int(start["memory"]))
    server = Server(start)
    server.prepare()
    out.write(json.dumps({"ready": True}) + "\n")
    out.flush()
    for line in sys.stdin:
        for answer in server.answer(json.loads(line)):
            out.write(json.dumps(answer) + "\n")
        out.write(json.dumps({"done": True}) + "\n")
        out.flush()
    os._exit(0)
