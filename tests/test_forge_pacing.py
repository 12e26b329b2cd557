"""How fast a forge is asked, by a clock that only counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from refactorkit.forge import Fault, ForgeError
from refactorkit.forge.pacing import PATIENCE, READS, Journal, Pace


class Clock:
    """Sleeping takes no time here."""

    def __init__(self) -> None:
        self.time = 1_000_000.0
        self.slept: list[float] = []

    def now(self) -> float:
        """Seconds."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let the clock go on."""
        self.slept.append(seconds)
        self.time += seconds


class Refusals:
    """A client whose first calls are refused."""

    failures: tuple[type[Exception], ...] = (KeyError,)

    def __init__(self, *faults: ForgeError) -> None:
        self.faults = list(faults)
        self.calls = 0

    def call(self) -> str:
        """Fail as often as there are faults left."""
        self.calls += 1
        if self.faults:
            raise KeyError
        return "done"

    def explain(self, error: Exception) -> ForgeError:
        """The next fault."""
        return self.faults.pop(0)


@pytest.fixture
def clock() -> Clock:
    """A new clock."""
    return Clock()


@pytest.fixture
def pace(tmp_path: Path, clock: Clock) -> Callable[[int, int], Pace]:
    """A pace over one journal, as of several passes."""
    return lambda minute, hour: Pace(minute, hour, Journal(tmp_path / "writes"), clock)


def test_writes_wait_for_their_minute(pace: Callable[[int, int], Pace], clock: Clock) -> None:
    asked = pace(80, 500)
    start = clock.time
    for _ in range(200):
        asked.ask(lambda: None, Refusals(), writes=True)
    assert clock.time - start == 120.0  # 80 at once, 80 after a minute, 40 after another one
    asked.ask(lambda: None, Refusals())
    assert clock.time - start == 120.0  # reading waits for nothing


def test_the_writes_of_an_hour_end_a_pass_and_are_remembered_by_the_next(
    pace: Callable[[int, int], Pace], clock: Clock
) -> None:
    for _ in range(5):
        pace(0, 5).ask(lambda: None, Refusals(), writes=True)
    with pytest.raises(ForgeError, match="5 writes in an hour are enough") as caught:
        pace(0, 5).ask(lambda: None, Refusals(), writes=True)
    assert (caught.value.fault, clock.slept) == (Fault.LIMITED, [])
    clock.time += 3601
    pace(0, 5).ask(lambda: None, Refusals(), writes=True)


@pytest.mark.parametrize("writes", [False, True])
def test_a_limit_is_waited_for_as_long_as_it_says(
    pace: Callable[[int, int], Pace], clock: Clock, writes: bool
) -> None:
    client = Refusals(ForgeError(Fault.LIMITED, "wait", 7), ForgeError(Fault.LIMITED, "wait", 9))
    assert pace(0, 0).ask(client.call, client, writes) == "done"
    assert clock.slept == [7, 9]


@pytest.mark.parametrize(
    ("faults", "writes", "calls"),
    [
        ([ForgeError(Fault.LIMITED, "long", PATIENCE + 1)], False, 1),
        ([ForgeError(Fault.LIMITED, "unknown")], False, 1),
        ([ForgeError(Fault.LIMITED, "again", 1)] * 9, True, READS),
        ([ForgeError(Fault.UNAVAILABLE, "down")] * 9, False, READS),
        ([ForgeError(Fault.UNAVAILABLE, "down")], True, 1),
        ([ForgeError(Fault.FORBIDDEN, "no")], False, 1),
        ([ForgeError(Fault.TOKEN, "no")], True, 1),
    ],
)
def test_what_does_not_help_is_not_tried_again(
    pace: Callable[[int, int], Pace], faults: list[ForgeError], writes: bool, calls: int
) -> None:
    client = Refusals(*faults)
    with pytest.raises(ForgeError):
        pace(0, 0).ask(client.call, client, writes)
    assert client.calls == calls


def test_an_error_that_is_no_clients_is_no_forges(pace: Callable[[int, int], Pace]) -> None:
    with pytest.raises(ZeroDivisionError):
        pace(0, 0).ask(lambda: 1 / 0, Refusals())


def test_a_journal_bears_nonsense_and_does_not_grow(tmp_path: Path) -> None:
    path = tmp_path / "writes"
    path.write_text("nonsense\n\n-1\n1e9\n" + "5.0\n" * 3000 + "10000000000000.0\n")
    journal = Journal(path)
    journal.note(5000.0)
    assert journal.times(5001.0) == [5000.0]
    assert path.read_text() == "5000.000\n"
