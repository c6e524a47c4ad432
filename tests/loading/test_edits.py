"""What differs between two scenarios, and a scenario with some of it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from buildsim.compile.compile import compile_network
from buildsim.errors import InputError
from buildsim.loading.edited import edited
from buildsim.loading.edits import Edit, edits, merged
from buildsim.loading.project import Project, load_scenario

PLAN = """\
schema: 1
name: plan
title: As it is
start: 2026-01-05
sources:
  paper: {title: A paper, publisher: A press, date: 2025-12-01}
pools:
  crane: {capacity: 1}
  lift: {unit: lift, capacity: {value: 2, assumption: seen}}
sites:
  north:
    activities:
      permit: {kind: permit, duration: 10 days, milestone: first_power}
      shell: {duration: "pert(20, 30, 60) days", after: [permit], crew: {crane: 1}}
      racks: {duration: 2 weeks, after: [shell], milestone: first_gpu}
"""


@pytest.fixture
def plan(tmp_path: Path):
    def of(text: str, name: str = "plan") -> Project:
        file = tmp_path / f"{name}.yaml"
        file.write_text(text)
        return load_scenario(file)

    return of


def changed(*pairs: tuple[str, str], text: str = PLAN) -> str:
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def told(found: list[Edit]) -> list[tuple[str, Any, Any]]:
    return [(edit.name, *(getattr(edit.changes[0], side) for side in ("before", "after"))) for edit in found]


def differing(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two networks differ."""
    if is_dataclass(one):
        names = [field.name for field in fields(one) if field.name not in ("scenario", "files")]
        return [place for name in names for place in differing(getattr(one, name), getattr(other, name), name)]
    if isinstance(one, np.ndarray):
        return [] if np.array_equal(one, other, equal_nan=one.dtype.kind == "f") else [path]
    return [] if repr(one) == repr(other) else [path]


@pytest.mark.parametrize(
    ("pair", "found"),
    [
        (("crane: {capacity: 1}", "crane: {capacity: 2}"), ("pools.crane.capacity", 1, 2)),
        (("capacity: {value: 2, assumption: seen}", "capacity: {value: 3, source: paper}"),
         ("pools.lift.capacity", {"value": 2, "assumption": "seen"}, {"value": 3, "source": "paper"})),
        (("pools:\n", "pools:\n  hoist: {capacity: 1}\n"), ("pools.hoist", None, {"capacity": 1})),
        (("after: [permit]", "after: [permit + 1 week]"), ("sites.north.activities.shell.after", ["permit"],
         ["permit + 1 week"])),
        (("10 days", "12 days"), ("sites.north.activities.permit.duration", "10 days", "12 days")),
        (("kind: permit, ", ""), ("sites.north.activities.permit.kind", "permit", None)),
        (("north:\n", "north:\n    start: 2026-02-01\n"), ("sites.north.start", None, "2026-02-01")),
        (("date: 2025-12-01", "date: 2026-12-01"), ("sources.paper.date", "2025-12-01", "2026-12-01")),
    ],
)  # fmt: skip
def test_an_edit_by_its_path(plan, pair, found):
    assert told(edits(plan(PLAN), plan(changed(pair), "other"))) == [found]


@pytest.mark.parametrize(
    "pair",
    [
        ("title: As it is", "title: Otherwise\nquestion: When?\nseed: 7\nreplications: 3"),
        ("2 weeks", "14 days"),
        ("duration: 10 days", "duration: 10 days, join: all, note: soon"),
        ("crane: {capacity: 1}", "crane: {capacity: {value: 1, confidence: low}}"),
        ("assumption: seen", "assumption: believed"),
        ("title: A paper, publisher", "title: Another paper, url: x, publisher"),
        ("name: plan", "name: other\nvariants:\n  one: {title: One, set: {pools.crane.capacity: 2}}"),
        ("north:\n", "north:\n    records: {first_gpu: {date: 2026-05-01, assumption: heard}}\n"),
        ("sources:\n", "sources:\n  unused: {title: A, publisher: B}\n"),
        ("start: 2026-01-05", "set: {pools.crane.capacity: 1}\nstart: 2026-01-05"),
    ],
)
def test_what_cannot_move_a_result_is_no_edit(plan, pair):
    assert edits(plan(PLAN), plan(changed(pair), "other")) == []


def test_since_when_a_block_is_known_is_one_edit(plan):
    other = changed(("crane: {capacity: 1}", "crane: {capacity: 1, source: paper, known: 2026-02-01}"))
    (edit,) = edits(plan(PLAN), plan(other, "other"))
    assert [change.path[-1] for change in edit.changes] == ["source", "known"]
    assert edit.name == "pools.crane.source and 1 more"


def test_the_order_of_names_is_an_edit(plan):
    swapped = changed(
        ("  crane: {capacity: 1}\n", ""), ("assumption: seen}}\n", "assumption: seen}}\n  crane: {capacity: 1}\n")
    )
    before, after = plan(PLAN), plan(swapped, "other")
    (edit,) = edits(before, after)
    assert edit.name == "order of pools"
    assert [list(edited(before, after, some).blocks.pools) for some in ([], edit.changes)] == [
        ["crane", "lift"],
        ["lift", "crane"],
    ]


BASE = changed(("schema: 1\n", "schema: 1\nhorizon: 900 days\n"))
OTHER = changed(
    ("crane: {capacity: 1}", "hoist: {capacity: 4}\n  crane: {capacity: 3}"),
    ("permit: {kind", "survey: {duration: 3 days}\n      permit: {after: [survey], kind"),
    ("      racks: {duration: 2 weeks, after: [shell], milestone: first_gpu}\n", ""),
    ("crew: {crane: 1}", "crew: {crane: 2, hoist: 1}, milestone: first_gpu"),
    ("start: 2026-01-05", "start: 2026-03-02"),
)


@pytest.mark.parametrize("turned", [False, True])
def test_all_edits_make_the_other_plan_and_none_this_one(plan, turned):
    before, after = plan(BASE), plan(OTHER, "other")
    if turned:
        before, after = after, before
    changes = [change for edit in edits(before, after) for change in edit.changes]
    for project, some in ((before, []), (after, changes)):
        made = edited(before, after, some)
        assert differing(compile_network(made).network, compile_network(project).network) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("tents-or-shells", None), ("tents-or-shells", "conventional")),
        (("cowos-2026", None), ("cowos-2026", "cowos")),
        (("us-2026", None), ("world-2026", None)),
    ],
)
def test_all_edits_between_shipped_plans(one, other):
    before, after = (load_scenario(name, variant=variant) for name, variant in (one, other))
    found = edits(before, after)
    made = edited(before, after, [change for edit in found for change in edit.changes])
    assert found
    assert differing(compile_network(made).network, compile_network(after).network) == []


def test_some_of_the_edits(plan):
    before, after = plan(BASE), plan(OTHER, "other")
    found = {edit.name: edit for edit in edits(before, after)}
    made = edited(before, after, [*found["pools.hoist"].changes, *found["sites.north.activities.survey"].changes])
    assert list(made.blocks.pools) == ["hoist", "crane", "lift"]
    assert list(made.sites["north"].activities) == ["survey", "permit", "shell", "racks"]
    assert made.sites["north"].activities["permit"].after == ()
    assert made.blocks.pools["crane"].body.capacity[0].value.value == 1
    with pytest.raises(InputError, match="hoist"):
        edited(before, after, found["sites.north.activities.shell.crew.hoist"].changes)


def test_a_site_that_moves_into_the_scenario_is_one_edit(plan, tmp_path):
    body = "    activities:\n      only: {duration: 9 days, milestone: done}\n"
    (tmp_path / "south.yaml").write_text(
        "schema: 1\nsite: south\nassumption: mine\nactivities:\n  only: {duration: 5 days, milestone: done}\n"
    )
    listed = changed(("sites:\n", "sites:\n  south:\n"))
    before, after = plan(listed), plan(changed(("sites:\n", f"sites:\n  south:\n{body}")), "other")
    (edit,) = edits(before, after)
    assert edit.name == "sites.south"
    for one, other in ((before, after), (after, before)):
        made = edited(one, other, edits(one, other)[0].changes)
        assert differing(compile_network(made).network, compile_network(other).network) == []


def test_too_many_edits_are_merged_where_they_stand_deepest(plan):
    before, after = plan(BASE), plan(OTHER, "other")
    found = edits(before, after)
    assert merged(found, len(found)) == found
    for most in range(1, len(found)):
        fewer = merged(found, most)
        assert len(fewer) <= most
        kept = [change for edit in fewer for change in edit.changes]
        assert len(kept) == len({*kept}) == sum(len(edit.changes) for edit in found)
    names = [edit.name for edit in merged(found, len(found) - 1)]
    assert "2 changes in sites.north.activities.shell.crew" in names
    assert "sites.north.activities.survey" in names
