"""Findings as plain words, in one place, so that every face says the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from buildsim.analysis.finish_date import finish_day
from buildsim.analysis.milestones import MilestoneResult
from buildsim.analysis.paired import UNCHANGED_DAYS, UNCHANGED_SHARE
from buildsim.analysis.result import PathStep
from buildsim.network.codes import TICKS_PER_DAY
from buildsim.studies.evidence import RealDate, SiteEvidence
from buildsim.studies.what_if import IDLE, Expected

if TYPE_CHECKING:
    from buildsim.studies.order_by import OrderDate
    from buildsim.studies.ramp import Chance

PERCENTILES: Final = "P80: 80% chance of finishing on or before that date."
INTERVALS: Final = "In brackets: its 95% interval, in days."
PLANNED: Final = "Planned: all as planned, no risks; the chance of being no later; how far off P80 is."
ON_PATH: Final = "On path: in how many replications it lies on the driving path."
REAL_DATES: Final = "public plan, assumptions marked, not the owner's data"
PAIRED: Final = (
    "Each replication is compared with its twin, which has the same random draws. Days: below 0 is earlier. In "
    "brackets: the 95% interval of the mean (Student's t)."
)
BEYOND: Final = "> horizon"

ONLINE: Final = (
    "Online is what has been accepted, block by block where blocks are. What a site had before its plan is not counted."
)
AMOUNTS: Final = "P10: in a tenth of the replications this much or less is online; P90: in nine tenths."

MEANS: Final = (
    "Means over the replications. An order waits whole until all of it is there; a lead time is that of its last unit."
)

RESTS_ON: Final = "What the spread from P10 to P90 rests on"
SHARES: Final = (
    "The share by which P90 less P10 shrinks where what is random in such facts comes as planned, in the same "
    "replications; in brackets its 95% interval, in percent. Shares need not add up; below 0 the spread grows."
)
FLAWS: Final = {
    "assumed": "an assumption, no source",
    "unstated": "nothing says where it comes from",
    "weak": "a source of low confidence",
    "stale": "known more than two years before, or no longer valid",
    "extrapolated": "used before it was known, or outside its validity",
    "any": "any of these",
    "none": "none of these",
}

_MILESTONES: Final = {
    "first_power": "First power",
    "first_gpu": "First GPU",
    "first_hall": "First hall",
    "full_capacity": "Full capacity",
}
_KINDS: Final = {
    "work": "work: {}",
    "permit": "permit: {}",
    "utility": "utility: {}",
    "pool": "waiting for {}",
    "lag": "lag before {}",
    "link": "link: {}",
    "calendar": "closed by {}",
    "risk": "risk: {}",
    "disruption": "stopped by {}",
    "actual": "as it happened: {}",
}
_CONSTRAINTS: Final = {
    "date": "not before a date",
    "site-start": "the site's start",
    "order": "the date of an order",
}


def milestone(name: str) -> str:
    """The milestone's name for a heading."""
    return _MILESTONES.get(name) or name.replace("_", " ").replace("-", " ").capitalize()


def category(text: str) -> str:
    """``kind:name`` in words."""
    kind, _, name = text.partition(":")
    if kind == "supply":
        return _supply(name)
    if kind == "constraint":
        return _CONSTRAINTS.get(name, name)
    return _KINDS[kind].format(name) if kind in _KINDS else text


def _supply(name: str) -> str:
    product, _, limit = name.partition(">")
    if limit == "":
        return f"{product}: its capacity"
    return f"{product}: " + {"lead": "lead time", "max_stock": "full stock"}.get(limit, f"short of {limit}")


def days(value: float) -> str:
    """A number of days with one decimal."""
    return f"{value:,.1f} {'day' if value == 1 else 'days'}"


def whole_days(value: float | None) -> str:
    """A number of days to the day."""
    if value is None:
        return BEYOND
    rounded = f"{value:,.0f}"
    return f"{rounded} {'day' if rounded == '1' else 'days'}"


def move(value: float | None, scale: float = 1.0) -> str:
    """A difference with its sign, in ``scale``; a question mark where there are too few replications to say."""
    if value is None:
        return "?"
    text = f"{value / scale:+,.1f}" if abs(value) < 1000 * scale else f"{value / scale:+,.0f}"
    return "0.0" if text in ("+0.0", "-0.0") else text


def chance(of: Chance) -> str:
    """How likely it is that so much is online by a date, in a sentence."""
    from buildsim.studies.ramp import words_of  # imports pandas

    amount, unit = f"{of.at_least:,.10g}", words_of(of.measure)
    share, low, high = (f"{100 * value:.1f}%" for value in (of.probability, of.low, of.high))
    asked = f"{of.site}: at least {amount} {unit} online by {of.by}"
    return f"{asked} in {share} of {count(of.replications, 'replication')} (95% interval {low} to {high})."


def expectation(row: Expected) -> str:
    """What was expected of a site, in one line."""
    if row.subject == IDLE:
        within = f", within {UNCHANGED_SHARE:.0%} of what it was" if row.direction == "unchanged" else ""
        return f"{row.site}: {row.direction} idle racks{within}"
    within = f", within {whole_days(UNCHANGED_DAYS)}" if row.direction == "unchanged" else ""
    return f"{row.site}: {milestone(row.subject)} {row.direction}{within}"


def reason(row: Expected) -> str:
    """Why it was expected, with where that comes from."""
    origin = row.source if row.source is not None else f"assumed: {row.assumption}"
    return "; ".join([origin, *([row.fact] if row.fact else []), *([row.note] if row.note else [])])


def day(value: date | None) -> str:
    """An ISO date."""
    return BEYOND if value is None else value.isoformat()


def order_date(row: OrderDate) -> str:
    """The latest safe date of an order."""
    return "any time" if row.latest is None else row.latest.isoformat()


def percent(share: float) -> str:
    """A share in whole percent; none and all are said only of exactly none and all."""
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 < share < 1:
        return ">99%"
    return f"{share:.0%}"


def signed_percent(share: float) -> str:
    """A share that may lie below 0, in whole percent."""
    return percent(share) if share >= 0 else f"-{percent(-share)}".replace("-<", ">-")


def count(number: int, noun: str) -> str:
    """A count with its noun in the right number."""
    if number == 1:
        return f"1 {noun}"
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {plural}"


def start_date(origin: date, at_day: float) -> date:
    """The date of a start, ``at_day`` days after ``origin``."""
    return origin + timedelta(days=round(at_day * TICKS_PER_DAY) // TICKS_PER_DAY)


def finish_date(origin: date, at_day: float) -> date:
    """The date of a finish: that of its last worked minute, which is not before ``origin`` (semantics 1)."""
    return origin + timedelta(days=int(finish_day(round(at_day * TICKS_PER_DAY), 0)))


def shares(values: Mapping[str, float]) -> str:
    """Categories with their shares, in one line."""
    return ", ".join(f"{category(name)} {percent(share)}" for name, share in values.items())


def by_kind(steps: Iterable[PathStep]) -> str:
    """The days of a path per kind, largest first, in one line."""
    total: dict[str, float] = {}
    for step in steps:
        total[step.kind] = total.get(step.kind, 0.0) + step.days
    largest_first = sorted(total.items(), key=lambda item: -item[1])
    return ", ".join(f"{kind} {days(value)}" for kind, value in largest_first)


def step(site: str, of: PathStep) -> tuple[str, str]:
    """A step's activity and its reason; activities of the site itself are named without it."""
    return of.activity.removeprefix(f"{site}/"), of.why.replace(f" {site}/", " ")


def provenance(evidence: SiteEvidence) -> str:
    """How many numbers have a source, are assumed, or do not say."""
    sourced, assumed = count(evidence.sourced, "sourced fact"), count(evidence.assumed, "assumption")
    unstated = f"{count(evidence.unstated, 'number')} without a stated origin"
    if not evidence.unstated:
        return f"{sourced} and {assumed}"
    return f"{sourced}, {assumed} and {unstated}" if evidence.sourced or evidence.assumed else unstated


def origin(record: RealDate) -> str:
    """Where a real date comes from, with what is to be said of it."""
    stated = record.source or f"assumption: {record.assumption}"
    return f"{stated}. {record.note}" if record.note else f"{stated}."


def against(real: date, forecast: MilestoneResult) -> str:
    """A real date against a forecast."""
    if forecast.p50 is None:
        return "the P50 is beyond the horizon"
    late = (real - forecast.p50).days
    distance = f"{whole_days(abs(late))} {'later' if late > 0 else 'earlier'}" if late else "the same day"
    if forecast.p10 is not None and real < forecast.p10:
        return f"{distance}, before P10"
    if forecast.p90 is not None and real > forecast.p90:
        return f"{distance}, after P90"
    return f"{distance}, between P10 and P90"


def clean(text: str) -> str:
    """The text with control characters shown as escapes: what files say must not steer a terminal."""
    return "".join(char if char.isprintable() or char == "\n" else repr(char)[1:-1] for char in text)
