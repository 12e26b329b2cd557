"""How fast a forge may be asked: content writes are counted, waits are obeyed, reads are tried again.

GitHub lets a token create content 80 times a minute and 500 times an hour
(https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits), whatever
process it is. So what was written is noted in a file that all passes on this machine share.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from refactorkit.forge import Fault, ForgeError

MINUTE, HOUR = 60.0, 3600.0
PATIENCE = 180.0
"""Seconds that a pass waits for a forge; a longer wait is left to the next pass."""
READS = 3
"""How often a read is tried."""
Answer = TypeVar("Answer")


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> float:
        """Seconds since 1970."""

    def sleep(self, seconds: float) -> None:
        """Let so much time pass."""


class Client(Protocol):
    """What a library for a forge's API raises, and what that means."""

    failures: tuple[type[Exception], ...]

    def explain(self, error: Exception) -> ForgeError:
        """The error in our words."""


class RealClock:
    """The machine's own time."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Let so much time pass."""
        time.sleep(seconds)


class Journal:
    """The times at which something was done in the last hour, in a file that processes share: one line each."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, now: float) -> None:
        """Add a time. Lines of other processes stay whole, as each is appended in one write."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, f"{now:.3f}\n".encode())
        finally:
            os.close(handle)

    def times(self, now: float) -> list[float]:
        """The times of the last hour, in order. What is no time is passed over."""
        try:
            lines = self._path.read_text("utf-8", "replace").split()
        except OSError:
            return []
        found = sorted(float(line) for line in lines if line.replace(".", "", 1).isdigit())
        kept = [moment for moment in found if now - HOUR < moment <= now + HOUR]
        if (
            len(found) > 2 * len(kept) + 1000
        ):  # seldom: a line of another process may get lost, which does no harm
            self._path.write_text("".join(f"{moment:.3f}\n" for moment in kept))
        return kept


class Pace:
    """Asks a forge at a pace that it allows. A limit of 0 is none."""

    def __init__(self, per_minute: int, per_hour: int, journal: Journal, clock: Clock) -> None:
        self._per_minute = per_minute
        self._per_hour = per_hour
        self._journal = journal
        self.clock = clock

    def ask(self, call: Callable[[], Answer], client: Client, writes: bool = False) -> Answer:
        """What the call returns. Raises the ForgeError that the client's exception means.

        A request that the forge turned away for its rate was not carried out, so it is repeated after the wait. A
        write without an answer may have been carried out, so it isn't.
        """
        attempt = 1
        while True:
            if writes:
                self._before_write()
            try:
                return call()
            except client.failures as error:
                told = client.explain(error)
            if (
                told.fault is Fault.LIMITED
                and told.wait is not None
                and told.wait <= PATIENCE
                and attempt < READS
            ):
                self.clock.sleep(told.wait)
            elif told.fault is Fault.UNAVAILABLE and not writes and attempt < READS:
                self.clock.sleep(2.0 ** (attempt - 1))
            else:
                raise told
            attempt += 1

    def _before_write(self) -> None:
        """Wait until a write is allowed in this minute, and note it. ForgeError when the hour's are used up."""
        if not self._per_minute and not self._per_hour:
            return
        now = self.clock.now()
        done = self._journal.times(now)
        if self._per_hour and len(done) >= self._per_hour:
            raise ForgeError(
                Fault.LIMITED, f"{self._per_hour} writes in an hour are enough: the next pass goes on"
            )
        recent = [moment for moment in done if now - MINUTE < moment]
        if self._per_minute and len(recent) >= self._per_minute:
            self.clock.sleep(max(0.0, recent[-self._per_minute] + MINUTE - now))
        self._journal.note(self.clock.now())


__all__ = ["Client", "Clock", "Journal", "Pace", "RealClock"]
