"""What is shown of an answer's tables: one site or all, one milestone or all."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from buildsim.studies.answer import Answer
from buildsim.studies.detail import Tables, table_of
from buildsim.studies.options import choose


def selected(answer: Answer, names: Sequence[str], site: str | None = None, milestone: str | None = None) -> Tables:
    """These tables of an answer, with the rows of a site and a milestone only if they are given.

    Raises InputError if the answer has no such tables, UnknownNameError for a site or milestone that is not there.
    """
    sites = answer.result.sites
    if site is not None:
        choose("site", site, tuple(sites))
    if milestone is not None:
        shown = sites.values() if site is None else [sites[site]]
        choose("milestone", milestone, tuple(dict.fromkeys(name for each in shown for name in each.milestones)))
    wanted = {"site": site, "milestone": milestone}
    return {name: _only(table_of(answer.tables, name), wanted) for name in names}


def _only(table: pd.DataFrame, wanted: dict[str, str | None]) -> pd.DataFrame:
    for column, value in wanted.items():
        if value is not None and column in table:
            table = table[table[column] == value]
    return table.reset_index(drop=True)
