"""The Python face: run a scenario, look at its tables and its crews, keep it in a folder and load it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from buildsim.analysis.result import StudyResult
from buildsim.analysis.tables import attribution_table, criticality_table, milestone_table, path_table
from buildsim.engine.select import EngineName
from buildsim.errors import BuildsimError, Problem
from buildsim.loading.overrides import as_overrides
from buildsim.present.charts.kinds import picture
from buildsim.present.notebook import study_html
from buildsim.present.report import report_text
from buildsim.statuses import Status
from buildsim.studies import store
from buildsim.studies.answer import Answer, answer_of, to_document
from buildsim.studies.check import check_file, problems_in
from buildsim.studies.converge import TARGET_COLUMNS
from buildsim.studies.detail import table_of
from buildsim.studies.market_view import MARKET, POOL_USE
from buildsim.studies.on_site import on_site_table
from buildsim.studies.options import check_options, check_window, until_of
from buildsim.studies.ramp import ONLINE, RAMP, Chance, chance
from buildsim.studies.reliance import reliance, table
from buildsim.studies.run import run_scenario
from buildsim.studies.status import status


class Study:
    """What a scenario answered, as tidy tables: one row per observation, days from the start of the site.

    Made by `run` and `load`::

        study = buildsim.run("quickstart", replications=200)
        study.milestones.query("milestone == 'first_gpu'")[["site", "p10", "p50", "p90"]]
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __repr__(self) -> str:
        result = self.result
        return f"<Study of {result.scenario}: {result.replications} replications, seed {result.seed}>"

    def _repr_html_(self) -> str:
        return study_html(self._answer)

    @property
    def result(self) -> StudyResult:
        """The result as plain frozen data."""
        return self._answer.result

    @property
    def milestones(self) -> pd.DataFrame:
        """A row per site and milestone: percentiles in days and dates, their 95% intervals, the plan's own date."""
        return milestone_table(self.result)

    @property
    def attribution(self) -> pd.DataFrame:
        """A row per site, milestone and category (`kind:name`) with its ``mean_days``; they sum to the mean."""
        return attribution_table(self.result)

    @property
    def criticality(self) -> pd.DataFrame:
        """A row per site, milestone and category: the ``share`` of replications on whose driving path it lies."""
        return criticality_table(self.result)

    @property
    def path(self) -> pd.DataFrame:
        """A row per step of each driving path, that of the replication that is the P50."""
        return self._paths("driving")

    @property
    def resource_chain(self) -> pd.DataFrame:
        """Like `path`, but through waits for pools on to whoever held the units; it may begin before the site."""
        return self._paths("resource")

    @property
    def finishes(self) -> pd.DataFrame:
        """A row per replication, site and milestone: ``days``, NaN where it was not ``reached`` by the horizon."""
        return self._answer.finishes.copy()

    @property
    def evidence(self) -> pd.DataFrame:
        """A row per site, milestone, and class of facts or file: the ``share`` of the spread that rests on it.

        Empty unless the study was run with ``evidence=True``.
        """
        return table(self._answer.reliance)

    @property
    def convergence(self) -> pd.DataFrame:
        """A row per milestone that ``until_ci`` was about: ``state`` and ``width_days`` of its P80's 95% interval.

        ``narrow`` is as asked, ``beyond`` has its P80 beyond the horizon, ``wide`` was still wider at the end. Empty
        unless the study was run with ``until_ci``.
        """
        found = self._answer.convergence
        return pd.DataFrame([] if found is None else found.targets, columns=list(TARGET_COLUMNS))

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables by name that only ``details=True`` or a kept study has."""
        return {name: table.copy() for name, table in self._answer.tables.items()}

    @property
    def schedule(self) -> pd.DataFrame:
        """A row per activity: percentiles of start and finish, planned dates, total float; see `buildsim schedule`.

        This table and the next ones raise InputError unless the study was run with ``details=True``.
        """
        return self._table("schedule")

    @property
    def waits(self) -> pd.DataFrame:
        """A row per activity and cause (`kind:name`) with the ``mean_days`` that it waited."""
        return self._table("waits")

    @property
    def drivers(self) -> pd.DataFrame:
        """A row per milestone and activity: criticality index, cruciality, schedule sensitivity index (``ssi``)."""
        return self._table("drivers")

    @property
    def links(self) -> pd.DataFrame:
        """A row per link and per order placed by an activity: what follows what, with the planned lag in days."""
        return self._table("links")

    @property
    def ramp(self) -> pd.DataFrame:
        """A row per site and month end, and for all sites: percentiles of MW, GPUs and H100-equivalents online."""
        return self._table(RAMP)

    @property
    def online(self) -> pd.DataFrame:
        """A row per replication and step of a hall: the ``date`` from which its MW, GPUs, H100-equivalents count."""
        return self._table(ONLINE)

    @property
    def market(self) -> pd.DataFrame:
        """A row per supply and quarter: made, in stock, ordered, on order, and days from order to delivery."""
        return self._table(MARKET)

    @property
    def pool_use(self) -> pd.DataFrame:
        """A row per pool, quarter and holder: mean units ``held``, of the ``capacity`` that is open to the sites."""
        return self._table(POOL_USE)

    def chance(self, at_least: str, by: date, site: str | None = None) -> Chance:
        """How likely it is that so much is online by a date, at a site or at all::

            study.chance("100 MW IT", date(2027, 6, 30)).probability

        Raises InputError where it cannot be said, UnknownNameError for a site without halls.
        """
        return chance(self.result, table_of(self._answer.tables, ONLINE), at_least, by, site)

    @property
    def runner_up(self) -> pd.DataFrame:
        """A row per milestone: how far its second path is behind the driving one; see `buildsim runner-up`."""
        return self._table("runner_up")

    @property
    def runner_up_path(self) -> pd.DataFrame:
        """A row per milestone and category (`kind:name`): the ``share`` in which the second path has it of its own."""
        return self._table("runner_up_path")

    @property
    def merges(self) -> pd.DataFrame:
        """A row per milestone and start or finish at which paths to it meet, with the days that the meeting costs."""
        return self._table("merges")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What these numbers are too few, too censored or too old to say."""
        return self.result.warnings

    def to_json(self) -> dict[str, Any]:
        """The data of `buildsim run --json`; `json.dumps` turns it into text."""
        return to_document(self._answer)

    def save(self, folder: str | Path) -> None:
        """Keep the study in a folder: manifest, JSON and Parquet tables; an earlier one there is replaced.

        Raises InputError if the folder holds anything else or cannot be written.
        """
        store.save(self._answer, Path(folder))

    def report(self, width: int = 100) -> str:
        """The report of `buildsim run` as text without colour, ``width`` columns wide."""
        return report_text(self._answer, width)

    def plot(
        self,
        kind: str,
        *,
        site: str | None = None,
        milestone: str | None = None,
        measure: str = "mw",
        dark: bool = False,
        width: int | None = None,
    ) -> Any:
        """A picture as `buildsim plot` draws it, an Altair chart: a notebook shows it, its ``save`` writes it::

            study.plot("s-curve", milestone="first_power").save("power.svg")

        Without a ``site`` it is of all; the milestone is ``first_gpu`` unless said, else the last; a ramp is of
        ``mw`` of IT, ``facility_mw``, ``gpus`` or ``h100e``; ``width`` is in pixels. Raises UnknownNameError for a
        name that does not exist, InputError where the extra ``charts`` is missing, or a table that only a study with
        details has.
        """
        return picture(self._answer, kind, site=site, milestone=milestone, measure=measure, dark=dark, width=width)

    def status(self, against: Study | str | Path) -> Status:
        """What has moved since a former forecast, a study or the folder of one, and why::

            then = buildsim.load("forecasts/2026-01")
            now = buildsim.run("my-plan.yaml", seed=then.result.seed, details=True)
            now.status(then).movements

        With the same seed and number of replications they are compared replication by replication. Raises InputError
        for what is no kept study, and for a study without the tables that this needs.
        """
        former = against if isinstance(against, Study) else load(against)
        return Status(status(self._answer, former._answer))

    def _table(self, name: str) -> pd.DataFrame:
        return table_of(self._answer.tables, name).copy()

    def _paths(self, kind: str) -> pd.DataFrame:
        table = path_table(self.result)
        return table[table["path"] == kind].drop(columns="path").reset_index(drop=True)


def run(
    scenario: str | Path,
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    rule: str | None = None,
    variant: str | None = None,
    set: Mapping[str, Any] | None = None,
    evidence: bool = False,
    details: bool = False,
    until_ci: float | None = None,
    max_replications: int | None = None,
    milestone: str | None = None,
) -> Study:
    """Run a scenario, a file or the name of a shipped one; ``None`` stands for what the scenario says.

    With ``variant`` it is this one of its variants that is run. ``set`` changes values by their path in the files,
    written as in the files::

        buildsim.run("quickstart", seed=7, set={"sites.NAME.start": "2026-01-01"})

    ``evidence=True`` plays it again and again to say what its spreads rest on, in `Study.evidence`;
    ``details=True`` makes the tables of `Study.tables` too, which a folder keeps. In place of ``replications``,
    ``until_ci`` plays on until the 95% interval of the P80 of each site's key milestone, or of ``milestone``, is at
    most so many days wide, or ``max_replications`` (100,000) are played; `Study.convergence` says how it ended.

    Raises InputError with all mistakes in files and arguments, UnknownNameError for a name that is not found.
    """
    check_options(
        replications,
        seed,
        engine,
        rule,
        until_ci=until_ci,
        max_replications=max_replications,
        milestone=milestone,
    )
    done = run_scenario(
        scenario,
        replications=replications,
        seed=seed,
        engine=engine,
        rule=rule,
        overrides=as_overrides(set),
        variant=variant,
        details=details,
        until=until_of(until_ci, max_replications, milestone),
    )
    return Study(answer_of(done, reliance(done) if evidence else None))


def on_site(
    scenario: str | Path,
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    rule: str | None = None,
    set: Mapping[str, Any] | None = None,
    first: date | None = None,
    last: date | None = None,
) -> pd.DataFrame:
    """How many people and crews the sites of a scenario hold at one time, at most from ``first`` to ``last``.

    A row per ``replication``, ``site`` and ``pool`` with its ``unit``, and one per site for ``all trades`` together;
    ``most`` is the largest number held at one time. The same day twice gives the number on that day::

        found = buildsim.on_site("quickstart", replications=200)
        found.groupby(["site", "pool"])["most"].quantile([0.1, 0.5, 0.9]).unstack()

    The rest is as in `run`, and so is what is raised.
    """
    check_options(replications, seed, engine, rule)
    check_window(first, last)
    return on_site_table(
        scenario,
        replications=replications,
        seed=seed,
        engine=engine,
        rule=rule,
        overrides=as_overrides(set),
        first=first,
        last=last,
    )


def load(folder: str | Path) -> Study:
    """The study that `Study.save` or `buildsim run --out` kept in a folder::

        study = buildsim.load("results/base")

    Raises InputError if the folder holds no kept result, or one that was changed.
    """
    return Study(store.load(Path(folder)))


def check(file: str | Path, *, strict: bool = False) -> list[Problem]:
    """All problems of a scenario, site or catalog file, or a shipped one's name; an empty list if it can be run.

    Each is printed with its place and what was expected::

        for problem in buildsim.check("my-site.yaml"):
            print(problem)

    With ``strict`` also what the schedule lint finds in one that can be run.
    """
    try:
        checked = check_file(file, strict=strict)
    except BuildsimError as error:
        return problems_in(file, error)
    return [finding.as_problem() for finding in checked.findings]
