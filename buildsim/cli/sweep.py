"""``buildsim sweep``: play many points of a scenario, go on where that was stopped, and keep a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from buildsim.cli.options import Engine, whole
from buildsim.cli.output import Json, note
from buildsim.cli.pictures import check_pictures
from buildsim.cli.progress import progress
from buildsim.cli.tables import Csv, check_places, hand_over

if TYPE_CHECKING:
    from buildsim.engine.select import EngineName


def sweep(
    file: Annotated[str, typer.Argument(metavar="SWEEP", help="A sweep file, or the name of a shipped sweep.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the dataset is kept, and its progress until then.")],
    workers: Annotated[
        int | None, typer.Option(parser=whole, metavar="N", help="Processes; default one for each core.")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="A Dask scheduler, tcp://HOST:PORT, in place of this machine's cores."),
    ] = None,
    engine: Engine = None,
    site: Annotated[str | None, typer.Option(metavar="S", help="What is summed up is of this site alone.")] = None,
    milestone: Annotated[
        str | None, typer.Option(metavar="M", help="What is summed up; default first_gpu, else the last.")
    ] = None,
    statistic: Annotated[
        str, typer.Option(metavar="mean|p10|p50|p80|p90|reached", help="Which number of it; default p80.")
    ] = "p80",
    json_: Json = None,
    csv: Csv = None,
    heat_map: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw two factors against each other; FILE is .png, .svg, .html."),
    ] = None,
    x: Annotated[str | None, typer.Option("--x", metavar="FACTOR", help="Factor across the heat map.")] = None,
    y: Annotated[str | None, typer.Option("--y", metavar="FACTOR", help="Factor down the heat map.")] = None,
    tornado: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw how far each factor moves it.")] = None,
    dark: Annotated[bool, typer.Option("--dark", help="Light on dark, in pictures.")] = False,
    width: Annotated[int | None, typer.Option(metavar="PIXELS", help="How wide a picture is; default 900.")] = None,
) -> None:
    """Play many points of a scenario and keep them as a dataset; a sweep that was stopped goes on."""
    from buildsim.studies.options import check_options, check_workers, choose
    from buildsim.studies.store import require_pyarrow

    require_pyarrow(out)
    from buildsim.sweeps.summary import STATISTICS, subject

    check_places(json_, csv, None)
    name = engine or "auto"
    check_options(None, None, name, None)
    check_workers(workers, scheduler)
    choose("statistic", statistic, STATISTICS)
    pictures = {
        picture: place for picture, place in (("heat map", heat_map), ("tornado", tornado)) if place is not None
    }
    check_pictures(pictures.values(), width)
    from buildsim.sweeps.sweep import run_sweep

    try:
        with progress("points") as report:
            result = run_sweep(
                file,
                out,
                workers=workers,
                scheduler=scheduler,
                engine=cast("EngineName", name),
                progress=report,
                tell=lambda text: note(f"note: {text}"),
            )
    except KeyboardInterrupt:
        note(f"what is done is kept in {out}: the same command goes on where it stopped")
        raise
    if result.failed:
        note(f"warning: {result.failed} of {len(result.points)} points could not be run; points.parquet says why")
    of = subject(result, site, milestone, statistic)
    from buildsim.present.sweep import sweep_report
    from buildsim.sweeps.document import json_text

    hand_over(
        lambda: json_text(result, of),
        lambda: result.results,
        lambda: sweep_report(result, of),
        result.warnings,
        json_=json_,
        csv=csv,
        parquet=None,
    )
    if pictures:
        from buildsim.present.charts import sweep as charts
        from buildsim.present.charts.save import save

        look: dict[str, Any] = {"dark": dark, "width": width}
        for picture, place in pictures.items():
            chart = (
                charts.heat_map(result, of, x, y, **look)
                if picture == "heat map"
                else charts.tornado(result, of, **look)
            )
            save(chart, place)
            note(f"wrote {place}")
