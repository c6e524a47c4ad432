"""Plays a request that was accepted: the parts of its result, as the command line and Python would have them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from buildsim.errors import InputError
from buildsim.loading.overrides import as_overrides
from buildsim.studies.play import Progress
from buildsim_api.jobs.prepare import plan_of, sweep_file
from buildsim_api.jobs.requests import (
    REQUESTS,
    BottlenecksRequest,
    ComparisonRequest,
    Kind,
    RunRequest,
    SweepRequest,
    scenario_of,
)
from buildsim_api.store.jobs import RESULT, Part

if TYPE_CHECKING:
    import pandas as pd

    from buildsim.studies.answer import Answer

JSON: Final = "application/json"
PARQUET: Final = "application/vnd.apache.parquet"
CHART: Final = "application/vnd.vegalite.v6+json"


def play(kind: Kind, body: Mapping[str, Any], progress: Progress) -> list[Part]:
    """All parts of the result of a request. Raises as the studies do."""
    request = REQUESTS[kind].model_validate(body)
    match request:
        case RunRequest():
            return list(_run(request, progress))
        case BottlenecksRequest():
            return list(_bottlenecks(request, progress))
        case ComparisonRequest():
            return list(_comparison(request, progress))
        case SweepRequest():
            return list(_sweep(request, progress))
        case _:
            raise TypeError(kind)


def _run(request: RunRequest, progress: Progress) -> Iterator[Part]:
    from buildsim.analysis.tables import attribution_table, criticality_table, milestone_table, path_table
    from buildsim.studies.answer import answer_of, json_text
    from buildsim.studies.options import until_of
    from buildsim.studies.run import run_scenario

    until = request.until_ci
    done = run_scenario(
        scenario_of(request.scenario),
        replications=request.replications,
        seed=request.seed,
        engine=request.engine or "auto",
        rule=request.rule,
        overrides=as_overrides(request.set),
        variant=request.variant,
        details=True,
        until=None if until is None else until_of(until.days, until.max_replications, until.milestone),
        progress=progress,
    )
    answer = answer_of(done)
    yield Part(RESULT, JSON, json_text(answer).encode())
    result = answer.result
    tables = {
        "milestones": milestone_table(result),
        "attribution": attribution_table(result),
        "criticality": criticality_table(result),
        "paths": path_table(result),
        "finishes": answer.finishes,
        **answer.tables,
    }
    yield from _tables(tables)
    yield from _charts(answer)


def _charts(answer: Answer) -> Iterator[Part]:
    """Those that the scenario has something to draw for."""
    from buildsim.present.charts.kinds import KINDS, picture

    for kind in KINDS:
        try:
            drawn = picture(answer, kind)
        except InputError:
            continue  # no halls, or no library that draws
        yield _chart(kind, drawn)


def _bottlenecks(request: BottlenecksRequest, progress: Progress) -> Iterator[Part]:
    from buildsim.levers import Bottlenecks
    from buildsim.present.charts.extra import has_charts
    from buildsim.studies import bottlenecks as use_case

    found = use_case.bottlenecks(
        scenario_of(request.scenario),
        site=request.site,
        owner=request.owner,
        milestone=request.milestone,
        replications=request.replications,
        seed=request.seed,
        engine=request.engine or "auto",
        overrides=as_overrides(request.set),
        variant=request.variant,
        most=request.most,
        progress=progress,
    )
    yield Part(RESULT, JSON, use_case.json_text(found).encode())
    face = Bottlenecks(found)
    names = ("candidates", "relief", "cascade", "shapley", "pairs", "shadow_prices")
    yield from _tables({name: getattr(face, name) for name in names})
    if has_charts():
        for name in ("ladder", "relief", "shares"):
            yield _chart(name, face.plot(name))


def _comparison(request: ComparisonRequest, progress: Progress) -> Iterator[Part]:
    from buildsim.studies.comparison import comparison
    from buildsim.studies.comparison_rows import difference_table, edit_table, explained_table, to_document

    found = comparison(
        [plan_of(each, number) for number, each in enumerate(request.plans)],
        site=request.site,
        milestone=request.milestone,
        replications=request.replications,
        seed=request.seed,
        engine=request.engine or "auto",
        explained=request.explained,
        progress=progress,
    )
    yield Part(RESULT, JSON, (json.dumps(to_document(found), indent=2, allow_nan=False) + "\n").encode())
    tables = {"differences": difference_table(found), "edits": edit_table(found)}
    if request.explained:
        tables["explained"] = explained_table(found)
    yield from _tables(tables)
    try:
        from buildsim.present.charts.kinds import difference_picture

        yield _chart("waterfall", difference_picture(found))
    except InputError:
        return  # nothing is explained, or no library that draws


def _sweep(request: SweepRequest, progress: Progress) -> Iterator[Part]:
    from buildsim.present.charts.extra import has_charts
    from buildsim.sweeps.document import json_text
    from buildsim.sweeps.summary import effects, indices, subject
    from buildsim.sweeps.sweep import play_sweep

    with TemporaryDirectory(prefix="buildsim-") as folder:
        place = Path(folder)
        found = play_sweep(
            sweep_file(request.sweep), place, workers=1, engine=request.engine or "auto", progress=progress
        )
        of = subject(found, request.site, request.milestone, request.statistic)
        yield Part(RESULT, JSON, json_text(found, of).encode())
        for file in sorted(place.glob("*.parquet")):
            yield Part(file.stem, PARQUET, file.read_bytes())
    tables = {"effects": effects(of, found.factors)}
    if (shares := indices(found, of)) is not None:
        tables["indices"] = shares
    yield from _tables(tables)
    if has_charts():
        from buildsim.present.charts.sweep import heat_map, tornado

        yield _chart("tornado", tornado(found, of))
        if len(found.factors) > 1:
            yield _chart("heat-map", heat_map(found, of))


def _tables(tables: Mapping[str, pd.DataFrame]) -> Iterator[Part]:
    from buildsim.studies.tabular import parquet_bytes

    for name, table in tables.items():
        yield Part(name, PARQUET, parquet_bytes(table))


def _chart(name: str, drawn: Any) -> Part:
    text = json.dumps(drawn.to_dict(), allow_nan=False, ensure_ascii=False)
    return Part(f"charts.{name}", CHART, text.encode())
