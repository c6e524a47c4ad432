"""What a scenario's ``leveling`` says replaces priorities, and delays beside an activity's own date."""

from __future__ import annotations

from pathlib import Path

import pytest

from buildsim.compile.compile import compile_network
from buildsim.errors import InputError
from buildsim.loading.project import load_scenario
from buildsim.network.codes import UNSET
from buildsim.network.network import Network

TEXT = """\
schema: 1
name: plan
start: 2026-01-05
sites:
  here:
    catalogs: [frames]
    strategies: {shell: frame}
    phases:
      one:
        halls:
          a: {it: 1 MW IT}
          b: {it: 1 MW IT}
    activities:
      test: {duration: 1 day, priority: 7, not_before: 2026-01-08, retest: {probability: 0.5, passes: 2}}
leveling:
"""
FRAMES = """\
schema: 1
catalog: frames
title: Frames
templates:
  frame:
    per: hall
    assumption: made up
    activities:
      steel: {duration: 2 days, priority: 3}
"""


@pytest.fixture
def compiled(tmp_path: Path):
    def of(leveling: str) -> Network:
        (tmp_path / "frames.yaml").write_text(FRAMES)
        (tmp_path / "plan.yaml").write_text(TEXT + leveling)
        return compile_network(load_scenario(tmp_path / "plan.yaml")).network

    return of


def test_each_hall_has_its_own(compiled):
    table = compiled("  here/one/a/steel: {priority: 9, not_before: 2026-01-07}\n").activities
    found = dict(zip(table.name, zip(table.priority.tolist(), table.not_before.tolist(), strict=True), strict=True))
    assert found["here/one/a/steel"] == (9, 2 * 1440)
    assert found["here/one/b/steel"] == (3, UNSET)


@pytest.mark.parametrize(("day", "tick"), [("2026-01-07", 3 * 1440), ("2026-01-09", 4 * 1440)])
def test_the_later_date_counts_and_all_passes_have_the_priority(compiled, day, tick):
    table = compiled(f"  here/test: {{not_before: {day}}}\n").activities
    rows = [table.name.index("here/test"), table.name.index("here/test#2")]
    assert (table.priority[rows].tolist(), int(table.not_before[rows[0]])) == ([7, 7], tick)
    table = compiled("  here/test: {priority: 1}\n").activities
    assert table.priority[rows].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("leveling", "said"),
    [
        ("  here/one/a/stel: {priority: 1}\n", "did you mean here/one/a/steel?"),
        ("  here/test: {}\n", "nothing is said of the activity"),
    ],
)
def test_bad_input(compiled, leveling, said):
    with pytest.raises(InputError) as error:
        compiled(leveling)
    assert said in str(error.value)
