"""The checks of the lint: which practice each belongs to, why it matters to a forecast and what to do about it.

Practices are those of the GAO's Schedule Assessment Guide (United States Government Accountability Office, Schedule
Assessment Guide: Best Practices for Project Schedules, GAO-16-89G, 2015) and the metrics of the Defense Contract
Management Agency's 14-Point Schedule Assessment (DCMA, 2005; thresholds as in its Program Analysis Pamphlet, 2012).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

GAO: Final = {
    1: "capturing all activities",
    2: "sequencing all activities",
    3: "assigning resources to all activities",
    4: "establishing the duration of all activities",
    5: "verifying that the schedule can be traced horizontally and vertically",
    6: "confirming that the critical path is valid",
    7: "ensuring reasonable total float",
    8: "conducting a schedule risk analysis",
    9: "updating the schedule using actual progress and logic",
    10: "maintaining a baseline schedule",
}
"""The ten best practices."""

DCMA: Final = {
    1: "logic",
    2: "leads",
    3: "lags",
    4: "relationship types",
    5: "hard constraints",
    6: "high float",
    7: "negative float",
    8: "high duration",
    9: "invalid dates",
    10: "resources",
    11: "missed tasks",
    12: "critical path test",
    13: "critical path length index",
    14: "baseline execution index",
}
"""The fourteen metrics."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the lint."""

    gao: int
    """Number in `GAO`."""
    dcma: int | None
    """Number in `DCMA`, if one of them asks for it."""
    why: str
    """Why it matters to a forecast, and what to do."""
    measure: str = ""
    """What its value counts."""
    by: Literal["place", "stage", "site", "actual"] = "place"
    """Remarks of one place, such as an activity of a template at every hall, of one stage or of one site are told
    as one finding; of actual dates each by itself."""
    about: str = "after {}"
    """How the other activity or the order is named that it is about."""

    @property
    def practice(self) -> str:
        """Both practices in words."""
        gao = f"GAO best practice {self.gao}: {GAO[self.gao]}"
        return gao if self.dcma is None else f"{gao}; DCMA {self.dcma}: {DCMA[self.dcma]}"


CHECKS: Final = {
    "no-predecessor": Check(
        2,
        1,
        "Nothing leads to it, so it begins on the first day of its site whatever happens: name what it waits for, or a "
        "milestone of length 0 that stands for the start.",
    ),
    "no-successor": Check(
        2,
        1,
        "Nothing waits for it and it is no milestone, so no delay of it moves a date: name it under `after` of what "
        "needs it.",
    ),
    "dangling-start": Check(
        2,
        None,
        "Only its finish waits for something, so it begins on the first day of its site whatever happens: add an FS or "
        "SS link into it.",
    ),
    "dangling-finish": Check(
        2,
        None,
        "What follows waits for its start alone, so no date moves however long it takes: add an FS or FF link from it.",
    ),
    "long-lag": Check(
        2,
        3,
        "A lag needs nobody and nothing can strike it, so work or waiting that hides in one is left out of the risk: "
        "make it an activity.",
        "days of lag",
    ),
    "many-lags": Check(
        2,
        3,
        "More than 5% of its links have a lag, so time that no activity answers for drives its dates: turn the longest "
        "ones into activities.",
        "% of its links",
        "site",
    ),
    "start-to-finish": Check(
        2,
        4,
        "It may not finish before another one starts, which is seldom what is meant: an FS link the other way round "
        "mostly says it.",
    ),
    "link-types": Check(
        2,
        4,
        "Fewer than 90% of its links are FS, and overlaps do not say what one work needs of the other: split works "
        "where one hands over to the next.",
        "% of its links are SS, FF or SF",
        "site",
    ),
    "date-constraint": Check(
        2,
        None,
        "A date holds it back after all that it waits for has come, so what is gained before it is lost: say what the "
        "date stands for as an activity or an order, unless it is a commitment.",
        "days held, as planned",
    ),
    "merge-point": Check(
        8,
        None,
        "So many paths are planned to arrive within two weeks, and the last one decides, so it will be later than each "
        "of them alone (merge bias): trust its percentiles, not its planned date, and give some of the paths float.",
        "paths",
    ),
    "high-float": Check(
        7,
        6,
        "With so much float to the first milestone behind it, mostly a link to what needs it earlier is missing, and "
        "its delays count for too little: look at what follows it.",
        "working days of float",
        "stage",
    ),
    "negative-float": Check(
        7,
        7,
        "Its own plan misses the deadline, before any risk and any wait for crews: shorten the path, or move the "
        "deadline.",
        "working days late, as planned",
        "site",
    ),
    "high-duration": Check(
        4,
        8,
        "So long a work shows only in the end whether it is late, and all of it waits for its last predecessor: split "
        "it where progress can be seen or handed over.",
        "working days, as planned",
    ),
    "no-range": Check(
        8,
        None,
        "Its duration is one number, so it is late in no replication but by a risk: give a range, such as pert(20, 30, "
        "60) days.",
        "working days",
    ),
    "no-resources": Check(
        3,
        10,
        "It needs neither crew nor delivery, so it never waits for anybody: name who does it under `crew`, or what it "
        "installs under `orders`.",
        "working days, as planned",
    ),
    "long-milestone": Check(
        1,
        None,
        "A milestone is a moment, and this one is the end of a work, so nothing else can be joined to it: put the "
        "milestone on an activity of length 0 after it.",
        "working days, as planned",
    ),
    "late-order": Check(
        5,
        None,
        "As planned its activity waits for this order last, which could be placed earlier: do so, or let an activity "
        "say why it cannot be.",
        "days to gain, as planned",
        about="order {}",
    ),
    "out-of-sequence": Check(
        9,
        None,
        "It went ahead before what it waits for had happened, so the link or an actual date is wrong, and what is left "
        "of the predecessor holds up less than it says: correct one of them.",
        by="actual",
    ),
}
"""By name, in the order in which they are shown."""
