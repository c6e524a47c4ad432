"""Independent mistakes in right files come out together, each at its place, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from buildsim.compile.compile import compile_network
from buildsim.errors import InputError
from buildsim.loading.document import Document, Place
from buildsim.loading.project import CatalogFile, load_file
from buildsim.loading.yaml_file import parse_document

ROOT = Path(__file__).parents[2]
GOLDEN = sorted((ROOT / "tests" / "golden").glob("*/scenario.yaml"))
STARTERS = sorted((ROOT / "buildsim" / "cli" / "starters").glob("*.yaml"))

RIGHT = """\
schema: 1
name: right
start: 2026-01-05
data_date: 2026-02-01
sources: {report: {title: Report, publisher: X, date: 2025-01-01}}
calendars: {shift: {days: mon-fri, hours: "08:00-16:00"}}
pools:
  gang: {unit: worker, capacity: [{value: 20, at: 2026-01-01, source: report}, {value: 30, at: 2026-07-01}]}
  crane: {capacity: 2, uncertainty: "uniform(0.9, 1.1)"}
supplies:
  pump: {unit: unit, lead: 9 weeks}
  wafer: {unit: wafer, grain: 100, line: {capacity: 50 wafers/week, period: 1 week}}
  chip:
    unit: gpu
    line: {capacity: 70 gpus/week, period: 1 week, inputs: {wafer: {need: 0.1 wafers, share: 0.5}}, cycle: 2 weeks}
    market: {demand: 20 gpus/week, patience: 4 weeks}
risks: {storm: {probability: 0.1, days: 5 days, targets: ["*/dig"]}}
disruptions: {strike: {start: 2026-03-01, duration: 10 days, stops: ["stage:erect"], capacity: {crane: 0.5}}}
correlate: {skill: {rho: 0.4, targets: ["east/*", "pool:crane"]}}
sites:
  east:
    owner: acme
    branches: {wet: {probability: 0.4}}
    phases:
      p:
        start: 2026-01-20
        halls:
          h: {racks: 10 racks, activities: {rack: {duration: 1 day per rack, after: [permit]}}}
          i: {racks: 20 racks, activities: {rack: {duration: 1 day per rack, after: [permit], learning: 0.9}}}
    activities:
      dig: {duration: 9 days, crew: {gang: 3 workers}, calendar: shift}
      pump: {duration: 3 days, branch: wet, after: [dig], orders: {p: {supply: pump, quantity: 2 units}}}
      erect: {labor: 900 labor-hours, crew: {gang: {min: 2, max: 8}, crane: 1}, after: [dig, pump], join: any}
      permit: {kind: permit, duration: 30 days, retest: {probability: 0.2, passes: 2}, after: [dig SS + 2 days]}
      fit: {duration: 5 days, after: ["*/rack", "erect FF + 1 week"], orders: {c: {supply: chip, quantity: 9 gpus}}}
      run: {after: [fit], milestone: done}
    actuals: {activities: {dig: {start: 2026-01-06, finish: 2026-01-20}}}
"""
CATALOG = """\
schema: 1
catalog: parts
title: Parts
sources:
  report: {title: Report, publisher: X, date: 2025-01-01}
calendars:
  shift: {days: mon-fri, assumption: usual}
pools:
  gang: {capacity: {value: 5, source: report}}
supplies:
  pump: {unit: unit, lead: 9 weeks, source: report}
templates:
  shell-plain:
    per: hall
    source: report
    activities:
      shell: {duration: 9 days per rack, crew: {gang: 2}, calendar: shift}
  yard:
    per: site
    assumption: as usual
    branches: {fence: {probability: 0.5}}
    activities:
      clear: {duration: 9 days, orders: {pumps: {supply: pump, quantity: 2 units, place: -3 weeks}}}
      close: {duration: 2 days, after: [clear], branch: fence}
"""
SITE = """\
schema: 1
site: plant
assumption: a plan
catalogs: [parts]
strategies: {ground: yard, shell: shell-plain}
phases: {p: {halls: {h: {racks: 3 racks}, i: {racks: 4 racks, activities: {test: {after: [shell, close]}}}}}}
activities:
  open: {duration: 2 days, after: ["*/shell"]}
records: {finish: {date: 2026-08-01}}
"""
CAMPUS = """\
schema: 1
name: campus
start: 2026-01-05
sites: [plant]
seed: 4
risks: {storm: {probability: 0.1, days: 5 days, targets: ["plant/*/shell"]}}
"""
METRO = """\
schema: 1
name: metro
start: 2026-01-05
catalogs: [metros]
pools: {cooks: {capacity: 9}}
regions: {delta: {pools: {gang: {unit: worker, capacity: 6}}}}
sites:
  east:
    region: delta
    use: {rack: nvl, chiller: big}
    strategies: {fill: fill}
    activities: {dig: {stage: dig, duration: 9 days, crew: {gang: 2 workers, cooks: 1}, calendar: shift}}
    disruptions: {strike: {start: 2026-03-01, duration: 10 days, stops: ["*/dig"], capacity: {gang: 0.5}}}
    phases: {p: {use: {chiller: small}, halls: {h: {it: 9 MW IT}, i: {racks: 4 racks, use: {rack: hgx}}}}}
"""
METROS = """\
schema: 1
catalog: metros
title: Metros
sources:
  report: {title: Report, publisher: X, date: 2025-01-01}
supplies:
  nvl: {unit: rack, it: 130 kW IT, gpus: 72 gpus, lead: 9 weeks, source: report}
  hgx: {unit: rack, it: 40 kW IT, gpus: 32 gpus, lead: 9 weeks, source: report}
  big: {unit: chiller, lead: 9 weeks, source: report}
  small: {unit: chiller, lead: 9 weeks, source: report}
regions:
  delta:
    calendars:
      shift: {days: mon-fri, assumption: usual}
    pools:
      gang: {unit: worker, capacity: 5, source: report}
      crane: {capacity: 2, source: report}
    disruptions:
      storm: {per_year: 1, duration: 2 days, stops: ["stage:dig"], capacity: {crane: 0.5, gang: 0.9}, source: report}
templates:
  fill:
    per: hall
    source: report
    activities:
      lift:
        duration: 9 days per gpu
        crew: {crane: 1}
        orders:
          c: {supply: chiller, quantity: 2 chillers}
          r: {supply: rack, quantity: 1 rack per rack}
"""
ENTRIES = {"correlate", "disruptions", "inputs", "orders", "pools", "records", "risks", "sources", "supplies"}
ENTRIES |= {"branches", "templates"}
COLLECTIONS = ENTRIES | {"activities", "calendars", "crew", "halls", "phases", "productivity", "shares", "sites"}
COLLECTIONS |= {"capacity", "strategies", "regions", "use"}  # of a disruption
HIDING = ("catalogs", "phases", "halls", "sites", "strategies", "templates", "regions", "region", "use")
HEADERS = ("schema", "site", "catalog")
NAMED = ("calendar", "branch", "supply", "source")
MEASURED = ("duration", "lead", "labor", "capacity")


@dataclass(frozen=True)
class Edit:
    """Another text for a key or a scalar of a file: a mistake."""

    file: str
    path: tuple[str | int, ...]
    line: int
    column: int
    old: str
    new: str

    @property
    def hides_files(self) -> bool:
        """True if nobody can say any more which other files there are."""
        return self.path[0] in ("catalogs", "sites")

    @property
    def hides_names(self) -> bool:
        """True if nobody can say any more which names there are."""
        return any(key in HIDING for key in self.path[-3:])


def values(document: Document) -> Iterator[tuple[tuple[str | int, ...], Place]]:
    """All values but the root, with their paths."""

    def walk(place: Place, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Place]]:
        if path:
            yield path, place
        members = place.members
        for key, inner in members.items() if isinstance(members, dict) else enumerate(members or ()):
            yield from walk(inner, (*path, key))

    return walk(document.root, ())


def scalar_at(line: str, column: int) -> str:
    """The text of a scalar on one line, quotes included."""
    rest, before = line[column:], line[:column]
    if rest[:1] in "\"'":
        return rest[: rest.index(rest[0], 1) + 1]
    in_flow = before.count("{") + before.count("[") > before.count("}") + before.count("]")
    ends = [rest.find(end) for end in (",", "}", "]", " #")[0 if in_flow else 3 :]]
    return rest[: min([end for end in ends if end >= 0], default=len(rest))].rstrip()


Files = dict[str, str]
"""Texts by file name; the first is checked."""


def edits(files: Files) -> list[Edit]:
    """The mistakes to make in all files."""
    return [each for file, text in files.items() for each in edits_of(file, text)]


def edits_of(file: str, text: str) -> list[Edit]:
    """Wrong values and refused ones for all scalars, unknown names where names stand, and misspelt fields."""
    found = []
    lines = text.splitlines()
    for path, place in values(parse_document(text, "f")):
        key = path[-1]
        if key in HEADERS:
            continue
        if isinstance(key, str) and (len(path) == 1 or path[-2] not in COLLECTIONS):
            found.append(Edit(file, path, place.key_mark.line, place.key_mark.column, key, key + "x"))
        if isinstance(key, str) and path[-2:-1] == ("crew",) and "activities" in path:
            found.append(Edit(file, path, place.key_mark.line, place.key_mark.column, key, "nonesuch"))
        if place.members is not None:
            continue
        wrong = ["[]" if isinstance(key, str) else "[[]]", "0x1"]
        if key in NAMED or path[-2:-1] == ("after",):
            wrong.append("nonesuch")
        if key in MEASURED:
            wrong += ["3 MVA", "4 wekes"]
        old = scalar_at(lines[place.mark.line], place.mark.column)
        found += [Edit(file, path, place.mark.line, place.mark.column, old, new) for new in wrong]
    return found


def edited(files: Files, *mistakes: Edit) -> Files:
    lines = {file: text.splitlines() for file, text in files.items()}
    for each in sorted(mistakes, key=lambda each: (each.line, each.column), reverse=True):
        line = lines[each.file][each.line]
        lines[each.file][each.line] = line[: each.column] + each.new + line[each.column + len(each.old) :]
    return {file: "\n".join(text) + "\n" for file, text in lines.items()}


def places(folder: Path, files: Files) -> list[tuple[str, int, str]]:
    """File, line and path of every problem that `check` finds."""
    for file, text in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)
    try:
        loaded = load_file(folder / next(iter(files)))
        if not isinstance(loaded, CatalogFile):
            compile_network(loaded)
    except InputError as error:
        found = error.problems
        return [(Path(each.file).relative_to(folder).as_posix(), each.line, each.path) for each in found]
    return []


def are_apart(one: Edit, two: Edit) -> bool:
    """True if neither stands in what the other makes unreadable, or names what might be defined there."""
    if one.file != two.file and (one.hides_files or two.hides_files):
        return False
    if (one.hides_names and two.new == "nonesuch") or (two.hides_names and one.new == "nonesuch"):
        return False
    first, second = (one.file, *entry(one.path)), (two.file, *entry(two.path))
    return first[: len(second)] != second and second[: len(first)] != first


def entry(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """What goes as a whole if a value at the path is wrong: a list, or an entry that requires the value."""
    for length, key in enumerate(path):
        if isinstance(key, int) or (length and path[length - 1] in ENTRIES):
            return path[: length + (not isinstance(key, int))]
    return path


FILES: dict[str, Files] = {file.parent.name: {"scenario.yaml": file.read_text()} for file in GOLDEN}
FILES |= {file.stem: {file.name: file.read_text().replace("@NAME@", file.stem)} for file in STARTERS}
FILES["right"] = {"right.yaml": RIGHT}
FILES["campus"] = {"campus.yaml": CAMPUS, "sites/plant.yaml": SITE, "sites/catalogs/parts.yaml": CATALOG}


FILES["metro"] = {"metro.yaml": METRO, "catalogs/metros.yaml": METROS}


LARGE = ("right", "campus", "metro")


@pytest.mark.parametrize("name", LARGE)
def test_each_mistake_is_one_problem_at_its_place(name: str, tmp_path: Path) -> None:
    files = FILES[name]
    assert places(tmp_path, files) == []
    for mistake in edits(files):
        found = places(tmp_path, edited(files, mistake))
        assert [(file, line) for file, line, _ in found] == [(mistake.file, mistake.line + 1)], (mistake, found)


@pytest.mark.parametrize("name", FILES)
def test_two_mistakes_are_two_problems(name: str, tmp_path: Path) -> None:
    files = FILES[name]
    pairs = [pair for pair in combinations(edits(files), 2) if are_apart(*pair)]
    for pair in Random(name).sample(pairs, min(len(pairs), 30 if name in LARGE else 5)):
        apart = {place for mistake in pair for place in places(tmp_path, edited(files, mistake))}
        assert set(places(tmp_path, edited(files, *pair))) == apart, pair


def test_what_stands_is_compiled_although_the_rest_does_not(tmp_path: Path) -> None:
    text = """\
schema: 1
name: bad
start: 2026-01-05
seed: 1e30
sites:
  s:
    activites: {x: {duration: 10 days}}
    activities:
      a: {duration: 10 wekes, after: [bb, x]}
      b: {duration: 1 day, crew: {cranes: 1}, after: [c]}
      b: {duration: 3 days}
      c: {duration: 3 days, after: [b], calendar: no}
      d: {duration: 3 days, crew: {crane: 5}, join: 2, after: [a - 3 days, b, c]}
pools:
  crane: {capacity: 1}
"""
    assert places(tmp_path, {"bad.yaml": text}) == [
        ("bad.yaml", 4, "seed"),
        ("bad.yaml", 7, "sites.s.activites"),
        ("bad.yaml", 9, "sites.s.activities.a.duration"),
        ("bad.yaml", 9, "sites.s.activities.a.after[0]"),
        ("bad.yaml", 10, "sites.s.activities.b.crew.cranes"),
        ("bad.yaml", 11, "sites.s.activities.b"),
        ("bad.yaml", 12, "sites.s.activities.c.after[0]"),  # the cycle
        ("bad.yaml", 12, "sites.s.activities.c.calendar"),
        ("bad.yaml", 13, "sites.s.activities.d"),  # more cranes than there are
        ("bad.yaml", 13, "sites.s.activities.d.after[0]"),
    ]


def test_a_catalog_that_cannot_be_read_is_the_only_problem(tmp_path: Path) -> None:
    broken = CATALOG + "pools: [\n"
    files = FILES["campus"] | {"sites/catalogs/parts.yaml": broken}
    assert [file for file, _, _ in places(tmp_path, files)] == ["sites/catalogs/parts.yaml"]


def test_a_wrong_block_is_not_replaced_by_the_one_it_replaces(tmp_path: Path) -> None:
    needs = SITE.replace("open: {duration: 2 days,", "open: {duration: 2 days, crew: {gang: 7},")
    files = FILES["campus"] | {"sites/plant.yaml": needs + "pools: {gang: {capacity: 7 wekes}}\n"}
    assert [(line, path) for _, line, path in places(tmp_path, files)] == [(10, "pools.gang.capacity")]


def test_the_entry_that_a_merge_key_is_in_is_not_judged(tmp_path: Path) -> None:
    text = RIGHT.replace("pump: {unit: unit, lead: 9 weeks}", "pump: {<<: 1}")
    assert [(line, path) for _, line, path in places(tmp_path, {"right.yaml": text})] == [(11, "supplies.pump.<<")]
