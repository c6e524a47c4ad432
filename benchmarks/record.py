"""Puts forecasts of all unfinished sites on record: `python benchmarks/record.py [OPEN.csv] [-n N] [--date DAY]`.

Writes docs/forecasts/DAY.csv and, from the newest record there, docs/forecasts/README.md. OPEN.csv is a file of builds
as `buildsim backtest` takes it; forecast are those that are not in service. A record that exists is left alone: what
was said stays said. Without OPEN.csv only the page is written anew. Takes some minutes on the compiled kernel.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from beside import ROOT
from blocks import table

from buildsim.analysis.milestones import PERCENTS
from buildsim.backtest.cases import read_cases
from buildsim.backtest.forecast import REPLICATIONS, SEED
from buildsim.backtest.freeze import KEY_MILESTONES, of_builds, of_scenario, unfinished
from buildsim.backtest.plan import forecast
from buildsim.backtest.record import Record, Recorded, csv_text, date_text, read_record
from buildsim.errors import InputError
from buildsim.loading.alone import shipped_alone
from buildsim.schema.site import Site
from buildsim.studies.files import check_writable, refusal, write_file
from buildsim.studies.run import run_scenario

FOLDER = ROOT / "docs" / "forecasts"
PAGE = FOLDER / "README.md"
SCENARIO = "world-2026"
"""The scenario of all shipped sites that are not finished."""
LAST = "full_capacity"
"""A site that has reached it is finished."""

HEAD = f"""\
# Forecasts on record

Each CSV file here says what was forecast on the day that is its name, and is never changed. So nobody can say later
that it was meant otherwise, and what comes due can be scored:

```sh
buildsim backtest docs/forecasts/{{day}}.csv --due OUTCOMES.csv
```

[docs/commands.md](../commands.md#what-has-come-due) says what an `OUTCOMES.csv` looks like. This record, and this page
from the newest one, was written by

```sh
python benchmarks/record.py open.csv -n {{replications}} --date {{day}}
```

It refuses to write over a record that exists.

## What is forecast

A row is one milestone of one site. `{SCENARIO}` plays all shipped sites that are open, together, with what is known of
each up to the data date; the milestones are {", ".join(f"`{name}`" for name in KEY_MILESTONES)}, as far as a site has
them and had not reached them. They are those of the phases in the column `parts`: the first hall of a campus that has
halls in service is the first of the halls still open. The rows of `open.csv` are builds of which `buildsim backtest`
knows a few attributes and no more, played one by one with the catalogs as they were known at the start of each. Where a
build is in both, both are on record: two forecasts of one event that know different things. The basis of both are facts
alone: nothing is fitted to finished builds.

| column | |
| --- | --- |
| `id` | source, site and milestone |
| `source` | the scenario that was played, or `open.csv` |
| `parts` | what of the site: its open phases; of a build its first step |
| `start` | of the site or build |
| `made_on` | the day of the record |
| `known` | the data date, or the last day on which a build was seen not to be in service: all later is not known |
| `p10` to `p90` | reached by this day with a probability of 10, 50, 80 and 90%; `beyond` is beyond the horizon |
| `left` | replications that count |
| `note` | what is to be known of the row |
| `version`, `seed`, `replications` | with what it was played; the version's source is the commit that added the file |

A build that had not been in service on some day has outlived every replication that is faster. So of its replications
only those count that take longer than from `start` to `known`, and the percentiles are theirs; `left` says how many
they are. A build is in service on the first day that begins after its works are done, as in the backtest. With fewer
than 20 left a note says so; with none there are no dates. For a site of a scenario all replications count, since they
begin with what had happened by the data date.
"""

ATTRIBUTION = """\
## Where the builds come from

`open.csv` is excerpted and adapted from the data on frontier data centers of
[Epoch AI](https://epoch.ai/data/data-centers), used under
[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/). Names, starts and days on which builds were not in service
are from there; the forecasts are ours, and Epoch AI has no part in them.
"""


def left_out(on_record: Iterable[str], known: date) -> dict[str, str]:
    """By name of each shipped site without a forecast of its own why there is none.

    Raises LookupError for a site that is not known to be finished and not on record.
    """
    found = {}
    for part in shipped_alone("site"):
        site = part.model
        assert isinstance(site, Site)
        if site.site in on_record:
            continue
        done = site.records.get(LAST)
        if done is None or done.date > known:
            raise LookupError(f"{site.site} is not known to have reached {LAST} by {known}, and is not on record")
        found[site.site] = f"finished: at full capacity since {done.date}"
    return found


def newest(folder: Path) -> Path:
    """The newest record of a folder; they are named by their days."""
    return max(folder.glob("????-??-??.csv"))


def page(record: Record) -> str:
    """The text of the page from a record."""
    first = record.rows[0]
    of_sites = [row for row in record.rows if row.source == SCENARIO]
    reasons = left_out({row.site for row in of_sites}, of_sites[0].known)
    sources = list(dict.fromkeys(row.source for row in record.rows))
    head = HEAD.format(day=first.made_on, replications=first.replications)
    parts = [head, ATTRIBUTION, f"## The record of {first.made_on}\n"]
    for source in sources:
        parts += [f"### {source}\n", _forecasts([row for row in record.rows if row.source == source])]
    parts.append("Shipped sites that are not on record:\n")
    parts.append(table(("site", "why"), ((f"`{site}`", why) for site, why in reasons.items())))
    return "\n".join(parts)


def _forecasts(rows: list[Recorded]) -> str:
    head = ("site", "milestone", "of", "known", *(f"P{percent}" for percent in PERCENTS), "left", "note")
    return table(head, map(_cells, rows))


def _cells(row: Recorded) -> tuple[str, ...]:
    dates = [""] * len(PERCENTS) if row.dates is None else [date_text(row.dates[percent]) for percent in PERCENTS]
    left = f"{row.left} of {row.replications}"
    return f"`{row.site}`", f"`{row.milestone}`", row.parts, str(row.known), *dates, left, row.note or ""


def rows_of(builds: Path, replications: int, made_on: date) -> tuple[Recorded, ...]:
    """All forecasts, those of sites first."""
    cases = read_cases(builds)
    open_builds = unfinished(cases)
    forecasts = forecast(open_builds, replications=replications, seed=SEED, engine="kernel")
    run = run_scenario(SCENARIO, replications=replications, engine="kernel")
    return (*of_scenario(run, made_on=made_on), *of_builds(cases, forecasts, seed=SEED, made_on=made_on))


def put_on_record(builds: Path, replications: int, made_on: date) -> Path:
    """Write a record. Raises InputError if it exists, before anything is played."""
    file = FOLDER / f"{made_on}.csv"
    if file.exists():
        raise refusal(file, "this record exists and is not written anew", "another --date")
    FOLDER.mkdir(exist_ok=True)
    check_writable(file)
    write_file(file, csv_text(rows_of(builds, replications, made_on)).encode())
    return file


def main() -> int:
    """Write a record, and the page of the newest one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("builds", type=Path, nargs="?", metavar="OPEN.csv")
    parser.add_argument("-n", "--replications", type=int, default=REPLICATIONS, metavar="N")
    parser.add_argument("--date", type=date.fromisoformat, default=date.today(), metavar="DAY")
    asked = parser.parse_args()
    try:
        if asked.builds is not None:
            print(f"wrote {put_on_record(asked.builds, asked.replications, asked.date).relative_to(ROOT)}")
        write_file(PAGE, page(read_record(newest(FOLDER))).encode())
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
