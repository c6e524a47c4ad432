"""The picture of a sensitivity analysis shows the rows' own numbers."""

from __future__ import annotations

import pytest

from buildsim.errors import InputError
from buildsim.present.charts.sensitivity import draw
from buildsim.studies.sensitivity import sensitivity

PLAN = """\
schema: 1
name: plan
start: 2026-01-05
replications: 64
sites:
  here:
    activities:
      a: {duration: "uniform(10, 20) days"}
      b: {duration: "uniform(10, 30) days", after: [a], milestone: done}
"""


@pytest.fixture
def asked(tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN)
    return lambda method: sensitivity(tmp_path / "plan.yaml", method, engine="reference")


def bars(spec) -> list[dict]:
    return spec["layer"][0]["data"]["values"] if "data" in spec["layer"][0] else spec["data"]["values"]


@pytest.mark.parametrize(
    ("method", "value", "ends"),
    [("rank", "rho", ("low", "high")), ("morris", "mu_star", ("mu_star_low", "mu_star_high"))],
)
def test_a_bar_for_each_input(asked, spec_of, method, value, ends):
    result = asked(method)
    drawn = [(row["input"], row["value"], row["low"], row["high"]) for row in bars(spec_of(draw(result)))]
    assert drawn == [
        (f"duration of {row.input.removesuffix(':duration')}", *(getattr(row, name) for name in (value, *ends)))
        for row in result.rows
    ]


def test_two_bars_for_the_ends_and_for_the_shares(asked, spec_of):
    result = asked("tornado")
    drawn = [(row["what"], row["value"]) for row in bars(spec_of(draw(result)))]
    assert drawn[:2] == [("at P10", result.rows[0].low.mean), ("at P90", result.rows[0].high.mean)]
    result = asked("sobol")
    drawn = [(row["what"], row["value"]) for row in bars(spec_of(draw(result)))]
    assert drawn[:2] == [("alone", result.rows[0].first), ("with its interactions", result.rows[0].total)]


def test_dark_narrow_and_too_narrow(asked, spec_of):
    result = asked("rank")
    light, dark = spec_of(draw(result)), spec_of(draw(result, dark=True, width=400))
    assert light["config"]["background"] != dark["config"]["background"]
    assert dark["width"] < light["width"]
    with pytest.raises(InputError, match="360 pixels or more"):
        draw(result, width=200)
