"""Which pictures there are of what a scenario answered, by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from buildsim.analysis.tables import attribution_table, milestone_table, path_table
from buildsim.errors import InputError, Problem
from buildsim.present.charts.extra import check_width, require_charts
from buildsim.studies.answer import Answer
from buildsim.studies.comparison import ComparisonResult
from buildsim.studies.comparison_rows import difference_table, explained_table
from buildsim.studies.detail import ALL_SITES, table_of
from buildsim.studies.headline import key_milestone
from buildsim.studies.options import choose
from buildsim.studies.order_by import OrderByResult
from buildsim.studies.ramp import MEASURES, RAMP
from buildsim.studies.schedule import DRIVERS, SCHEDULE, WAITS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a picture shows, of names that exist, and how it looks."""

    sites: tuple[str, ...]
    milestone: str
    measure: str
    look: Mapping[str, Any]
    """Theme and width, as all pictures take them."""


def picture(
    answer: Answer,
    kind: str,
    *,
    site: str | None = None,
    milestone: str | None = None,
    measure: str = "mw",
    dark: bool = False,
    width: int | None = None,
) -> Any:
    """A picture as an Altair chart: of one site or all, of a milestone, by default the first GPU or else the last.

    Sites without that milestone are left out. ``measure`` is what a ramp counts: ``mw`` of IT, ``facility_mw``,
    ``gpus`` or ``h100e``. Raises UnknownNameError for a kind, site, milestone or measure that does
    not exist, InputError for a width below that of `check_width`, and if the extra ``charts`` or a table is missing.
    """
    check_kind(kind)
    require_charts(kind)
    look = _look(dark, width)
    sites = answer.result.sites
    names = tuple(sites) if site is None else (choose("site", site, tuple(sites)),)
    found = tuple(dict.fromkeys(each for name in names for each in sites[name].milestones))
    asked = choose("milestone", milestone or key_milestone(found), found)
    shown = tuple(name for name in names if asked in sites[name].milestones)
    return KINDS[kind](answer, Wanted(shown, asked, measure, look))


def difference_picture(result: ComparisonResult, *, dark: bool = False, width: int | None = None) -> Any:
    """The waterfall of edits from the first plan to each other one, as an Altair chart, of every site that is shown.

    It is of the first GPU, or else the last milestone. Raises InputError for a width below that of `check_width`, if
    the extra ``charts`` is missing, and where no milestone is explained.
    """
    require_charts("--plot")
    look = _look(dark, width)
    from buildsim.present.charts.edits import edit_waterfall

    explained = explained_table(result)
    if explained.empty:
        message = "no edit makes a difference that was asked to be explained"
        raise InputError([Problem("--plot", 1, 1, "", message, "plans that differ, without --no-explain")])
    milestone = key_milestone(dict.fromkeys(explained["milestone"]))
    return edit_waterfall(explained, difference_table(result), result.first.plan, milestone, **look)


def order_picture(result: OrderByResult, *, dark: bool = False, width: int | None = None) -> Any:
    """Order dates as an Altair chart. Raises InputError as `picture` does, and where there is no item to draw."""
    require_charts("order-by")
    if not result.items:
        raise InputError([Problem(result.scenario, 1, 1, "", "there is no item to draw", "an item yet to be ordered")])
    look = _look(dark, width)
    from buildsim.present.charts.order_by import order_dates

    return order_dates(result.items, risk=result.risk, **look)


def check_kind(kind: str) -> None:
    """Refuse a kind that does not exist. Raises UnknownNameError with the nearest one."""
    choose("kind of picture", kind, tuple(KINDS))


def _look(dark: bool, width: int | None) -> dict[str, Any]:
    """Theme and width, as all pictures take them. Raises InputError for a width that is too narrow."""
    check_width(width)
    from buildsim.present.charts.theme import DARK, LIGHT, WIDTH

    return {"theme": DARK if dark else LIGHT, "width": width or WIDTH}


def _s_curve(answer: Answer, wanted: Wanted) -> Any:
    from buildsim.present.charts.s_curve import s_curve

    milestones = milestone_table(answer.result)
    return s_curve(answer.finishes, milestones, wanted.milestone, _starts(answer, wanted), **wanted.look)


def _waterfall(answer: Answer, wanted: Wanted) -> Any:
    from buildsim.present.charts.waterfall import waterfall

    return waterfall(attribution_table(answer.result), wanted.milestone, wanted.sites, **wanted.look)


def _gantt(answer: Answer, wanted: Wanted) -> Any:
    from buildsim.present.charts.gantt import gantt

    schedule, waits, drivers = (table_of(answer.tables, name) for name in (SCHEDULE, WAITS, DRIVERS))
    path = path_table(answer.result)
    path = path[path["path"] == "driving"]
    return gantt(schedule, waits, drivers, path, wanted.milestone, _starts(answer, wanted), **wanted.look)


def _ramp(answer: Answer, wanted: Wanted) -> Any:
    from buildsim.present.charts.ramp import ramp_fan

    measure = choose("measure", wanted.measure, MEASURES)
    ramp = table_of(answer.tables, RAMP)
    total = () if len(wanted.sites) == 1 else (ALL_SITES,)
    shown = [name for name in (*total, *wanted.sites) if (ramp["site"] == name).any()]
    if not shown:
        message = "no halls are stated, so nothing is known of what is online"
        raise InputError([Problem(", ".join(wanted.sites), 1, 1, "", message, "a site that states its halls")])
    return ramp_fan(ramp, shown, measure, **wanted.look)


def _starts(answer: Answer, wanted: Wanted) -> dict[str, date]:
    return {name: answer.result.sites[name].start for name in wanted.sites}


KINDS: Final[Mapping[str, Callable[[Answer, Wanted], Any]]] = {
    "gantt": _gantt,
    "s-curve": _s_curve,
    "waterfall": _waterfall,
    "ramp": _ramp,
}
"""How each picture is made of an answer."""
