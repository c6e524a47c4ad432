"""The clock: SimPy processes announce what falls due; one end-of-instant event per tick plays it (semantics 4)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any

import simpy
from simpy.events import Event, EventPriority

END_OF_INSTANT = EventPriority(2)
"""Event priority below SimPy's NORMAL (1): everything of a tick has been announced before it is played."""

Notice = Callable[[], None]
"""Something that falls due: applied in phase (a) of its instant."""


class Clock:
    """Ticks as SimPy time. ``play`` is called once per tick at which anything was announced."""

    def __init__(self, horizon: int, play: Callable[[], None]) -> None:
        self.env = simpy.Environment()
        self.horizon = horizon
        self._play = play
        self.now = 0
        """The tick that is being played, or was last."""
        self._due: list[Notice] = []
        self._instant_pending = False

    def later(self, tick: int, notice: Notice) -> None:
        """A process that waits for a later tick and announces; nothing after the horizon is played."""
        if tick <= self.horizon:
            self.env.process(self._series([(tick, notice)]))

    def now_or_later(self, tick: int, notice: Notice) -> None:
        """What happens at once belongs to the sweep under way, not to a phase (a) of its own."""
        if tick <= self.now:
            notice()
        else:
            self.later(tick, notice)

    def series(self, notices: Iterable[tuple[int, Notice]]) -> None:
        """One process that announces dated notices in order of time."""
        self.env.process(self._series(notices))

    def announce(self, notice: Notice) -> None:
        """Make a notice due now; if this instant is being played, in its next phase (a)."""
        self._due.append(notice)
        self._request_instant()

    def take_due(self) -> list[Notice]:
        """What is due and not yet applied."""
        due, self._due = self._due, []
        return due

    @property
    def has_due(self) -> bool:
        """True while something due has not been applied."""
        return bool(self._due)

    def run(self, finished: Callable[[], bool]) -> None:
        """Play instants from 0 to the horizon, or until nothing is left to happen to any activity."""
        self._request_instant()
        while not finished() and self.env.peek() <= self.horizon:
            self.env.step()

    def _series(self, notices: Iterable[tuple[int, Notice]]) -> Generator[Event, Any, None]:
        for tick, notice in notices:
            if tick > self.env.now:
                yield self.env.timeout(tick - self.env.now)
            self.announce(notice)

    def _request_instant(self) -> None:
        if not self._instant_pending:
            self._instant_pending = True
            event = Event(self.env)
            event._ok, event._value = True, None
            event.callbacks = [self._end_of_instant]
            self.env.schedule(event, priority=END_OF_INSTANT)

    def _end_of_instant(self, _: Event) -> None:
        self.now = int(self.env.now)
        self._play()
        self._instant_pending = False
