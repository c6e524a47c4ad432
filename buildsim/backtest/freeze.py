"""Forecasts put on record: of builds that are not in service yet, and of the sites of a scenario."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

from buildsim.analysis.milestones import PERCENTS, MilestoneResult
from buildsim.backtest.cases import Build, Cases
from buildsim.backtest.forecast import Forecast, reached
from buildsim.backtest.record import BEYOND, Recorded
from buildsim.backtest.scenario import MILESTONE
from buildsim.errors import InputError, Problem, format_path
from buildsim.schema.site import SiteBody
from buildsim.studies.run import Run

KEY_MILESTONES = ("first_power", "first_hall", "first_gpu", "full_capacity")
"""Those of a site that go on record, as far as it has them."""

FIRST_STEP = "first step"
"""What of a build is forecast."""

FULLY = "all"
"""What of a site without phases is forecast."""

FEW = 20
"""With fewer replications left a row says that its dates are rough: its P10 is then their first or second."""


def unfinished(cases: Cases) -> list[Build]:
    """The builds of which no day in service is known. Raises InputError for one of which the start is not known."""
    found = [build for build in cases.builds if cases.outcomes[build.case].days is None]
    problems = [
        Problem(cases.file, 1, 1, format_path([build.case, "start_date"]), "without its start no date can be told")
        for build in found
        if build.start_date is None
    ]
    if problems:
        raise InputError(problems)
    return found


def of_builds(cases: Cases, forecasts: Sequence[Forecast], *, seed: int, made_on: date) -> tuple[Recorded, ...]:
    """The forecasts of unfinished builds, given that each was not in service on the day on which that was seen.

    A replication counts if it takes longer than from the start to that day. A build is in service on the first day
    that begins after its works are done: its start and its days, rounded up.
    """
    builds = {build.case: build for build in cases.builds}
    source = Path(cases.file).name
    found = []
    for each in forecasts:
        start, days = builds[each.case].start_date, reached(each.days)
        assert start is not None
        seen = cases.outcomes[each.case].open_days or 0.0
        left = days[days > seen]
        found.append(
            Recorded(
                site=each.case,
                milestone=MILESTONE,
                source=source,
                parts=FIRST_STEP,
                start=start,
                made_on=made_on,
                known=start + timedelta(days=seen),
                dates=_dates(start, Forecast(each.case, left)) if len(left) else None,
                left=len(left),
                note=_note(len(left)),
                version=version("buildsim"),
                seed=seed,
                replications=len(days),
            )
        )
    return tuple(found)


def of_scenario(run: Run, *, made_on: date) -> tuple[Recorded, ...]:
    """The forecasts of the sites' key milestones that were not reached by the scenario's data date."""
    known = run.project.scenario.data_date or run.project.scenario.start
    return tuple(
        Recorded(
            site=site,
            milestone=milestone,
            source=run.result.scenario,
            parts=_parts(run.project.sites[site]) or FULLY,
            start=result.start,
            made_on=made_on,
            known=known,
            dates=dates,
            left=run.result.replications,
            note=None,
            version=version("buildsim"),
            seed=run.result.seed,
            replications=run.result.replications,
        )
        for site, result in run.result.sites.items()
        for milestone, dates in _open_milestones(result.milestones, known)
    )


def _parts(site: SiteBody) -> str:
    return " ".join(name for name, phase in site.phases.items() if phase.halls)


def _dates(start: date, forecast: Forecast) -> dict[int, date]:
    return {
        percent: BEYOND if math.isinf(days) else start + timedelta(days=math.ceil(days))
        for percent, days in forecast.quantiles().items()
    }


def _note(left: int) -> str | None:
    if left == 0:
        return "no replication takes as long as the build was seen to: there is no forecast of it"
    if left < FEW:
        return f"only {left} replications take as long as the build was seen to: the dates are rough"
    return None


def _open_milestones(
    milestones: Mapping[str, MilestoneResult], known: date
) -> Iterator[tuple[str, Mapping[int, date]]]:
    for name in KEY_MILESTONES:
        if name in milestones:
            dates = {percent: getattr(milestones[name], f"p{percent}") or BEYOND for percent in PERCENTS}
            if dates[PERCENTS[-1]] > known:
                yield name, dates
