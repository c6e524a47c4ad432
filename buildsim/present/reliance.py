"""What the spreads of a site's milestones rest on, as tables: classes of facts, then the files that carry most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.analysis.spread import Share
from buildsim.present import words
from buildsim.present.grid import grid
from buildsim.studies.reliance import UNSTATED, MilestoneReliance, Reliance

FILES = 8
"""Files at most that are shown; the JSON has all."""

LEAST = 0.005
"""A file that carries less of every milestone shown is left out."""


def reliance_report(found: Reliance, site: str, milestones: Sequence[str], key: str) -> Iterator[RenderableType]:
    """What the milestones' spreads rest on; the files come by what they carry of the ``key`` milestone."""
    own = {name: found.sites[site][name] for name in milestones}
    yield ""
    yield Text(words.RESTS_ON, style="bold")
    table = _table(own, "facts")
    for name in _classes(found):
        _add(table, name, found.classes[name], (each.classes[name] for each in own.values()))
    yield table
    files = _largest(own, key)
    if files:
        table = _table(own, "stated in")
        for name in files:
            _add(table, name, found.files[name], (each.files[name] for each in own.values()))
        yield table


def how_to_read(found: Reliance) -> str:
    """What the rows and the shares mean, once for all sites."""
    classes = "; ".join(f"{name}: {words.FLAWS[name]}" for name in _classes(found))
    return f"{words.RESTS_ON}, by facts: {classes}. {words.SHARES}"


def _classes(found: Reliance) -> list[str]:
    """The classes that are shown; numbers without an origin are rare."""
    return [name for name in found.classes if name != UNSTATED or found.classes[name]]


def _largest(own: Mapping[str, MilestoneReliance], key: str) -> list[str]:
    """The files that carry most, by the key milestone, then by any."""

    def carried(name: str, milestone: str) -> float:
        return own[milestone].files[name].share or 0.0

    names = [name for name in own[key].files if any(abs(carried(name, milestone)) >= LEAST for milestone in own)]
    return sorted(names, key=lambda name: (-carried(name, key), -max(carried(name, each) for each in own)))[:FILES]


def _table(own: Mapping[str, MilestoneReliance], what: str) -> Table:
    table = grid((what, "random", *(words.milestone(name) for name in own)))
    spreads = (words.whole_days(each.spread_days) for each in own.values())
    table.add_row(Text("spread", style="dim"), "", *(Text(spread, style="dim") for spread in spreads))
    return table


def _add(table: Table, name: str, quantities: int, shares: Iterable[Share]) -> None:
    table.add_row(Text(name, style="bold"), f"{quantities:,}", *(_share(each) for each in shares))


def _share(found: Share) -> Text:
    if found.share is None:
        return Text("–")
    said = Text(words.signed_percent(found.share), style="cyan")
    if found.ci95 is not None and found.ci95[0] < found.ci95[1]:
        low, high = (round(100 * bound) for bound in found.ci95)
        said.append(f"\n({low} to {high})", style="dim")
    return said
