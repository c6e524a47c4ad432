from __future__ import annotations

import pickle
import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildsim.distribution import KINDS, Distribution
from buildsim.quantity import UNITS, QuantityError, parse_number, parse_quantity, require


@pytest.mark.parametrize(
    ("text", "value", "dimension", "per"),
    [
        ("128 weeks", 896, "days", None),
        ("36 hours", 1.5, "days", None),
        ("90 minutes", 0.0625, "days", None),
        ("1 month", 30.4375, "days", None),
        ("2 quarters", 182.625, "days", None),
        ("1 year", 365.25, "days", None),
        ("3d", 3, "days", None),
        ("20 workdays", 20, "workdays", None),
        ("16 workhours", 16, "workhours", None),
        ("1.2 GW facility", 1200, "MW facility", None),
        ("500 kW IT", 0.5, "MW IT", None),
        ("80 MVA", 80, "MVA", None),
        ("9000 labor-hours per MW facility", 9000, "labor-hours", "MW facility"),
        ("9 klabor-hours per hall", 9000, "labor-hours", "hall"),
        ("1 unit per 50 MW facility", 0.02, "unit", "MW facility"),
        ("12 gpus per 8 racks", 1.5, "gpu", "rack"),
        ("3 modules per 1,000 gpus", 0.003, "module", "gpu"),
        ("0.5 per MW IT", 0.5, "1", "MW IT"),
        ("35 kwafer/month", 35_000 / 30.4375, "wafer/day", None),
        ("7 racks / week", 1, "rack/day", None),
        ("2.1 MW facility/week", 0.3, "MW facility/day", None),
        ("0.3/year", 0.3 / 365.25, "1/day", None),
        ("120 electricians per month", 120 / 30.4375, "electrician/day", None),
        ("14 racks per week per MW IT", 2, "rack/day", "MW IT"),
        ("2.5 module/gpu", 2.5, "module/gpu", None),
        ("16 packages/wafer", 16, "package/wafer", None),
        ("1,200 racks", 1200, "rack", None),
        ("1,234,567.5 units", 1_234_567.5, "unit", None),
        ("2 batteries", 2, "battery", None),
        ("98.5 %", 0.985, "1", None),
        ("98.5%", 0.985, "1", None),
        ("0.4", 0.4, "1", None),
        ("1.5e3 Mmodule", 1.5e9, "module", None),
        ("  5   MW \t IT ", 5, "MW IT", None),
        ("fixed(3) weeks", 21, "days", None),
    ],
)
def test_numbers_with_units(text, value, dimension, per):
    quantity = parse_quantity(text)
    assert quantity.value == pytest.approx(value, rel=1e-14)
    assert quantity.planned == quantity.value
    assert (quantity.dimension, quantity.per) == (dimension, per)


@pytest.mark.parametrize(
    ("text", "kind", "params", "dimension"),
    [
        ("pert(40, 55, 80) workdays", "pert", (40, 55, 80), "workdays"),
        ("pert( 40,high = 80, mode=55 ) workdays", "pert", (40, 55, 80), "workdays"),
        ("lognormal(median=80, sigma=0.3) weeks", "lognormal", (560, 0.3), "days"),
        ("discrete(20: 0.8, 10:0.2) days", "discrete", (10, 0.2, 20, 0.8), "days"),
        ("empirical(3, 4, 9) weeks", "empirical", (21, 28, 63), "days"),
        ("fit(20, 30, 60) weeks", "fit", (140, 210, 420), "days"),
        ("gamma (10, 2) kgpu per 2 halls", "gamma", (5000, 2), "gpu"),
        ("uniform(50, 75) %", "uniform", (0.5, 0.75), "1"),
    ],
)
def test_distributions_are_turned_into_the_fixed_unit(text, kind, params, dimension):
    quantity = parse_quantity(text)
    assert quantity.distribution == Distribution(kind, params)
    assert quantity.dimension == dimension


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_parses_alone_and_leads_back_to_its_dimension(unit):
    dimension, factor = UNITS[unit]
    quantity = parse_quantity(f"2 {unit}")
    assert (quantity.value, quantity.dimension) == (2 * factor, dimension)
    if dimension != "1":
        assert parse_quantity(f"{quantity.value!r} {dimension}") == quantity


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_every_kind_parses(kind):
    assert parse_quantity(f"{KINDS[kind].example} days").distribution.kind == kind


@given(st.sampled_from(sorted(UNITS)), st.floats(0, 1e6), st.sampled_from(["", " per rack", " per 50 MW IT"]))
def test_what_was_written_parses_again_to_the_same(unit, number, scale):
    quantity = parse_quantity(f"{number!r} {unit}{scale}")
    assert parse_quantity(quantity.text) == quantity


@given(st.text(alphabet="0123456789.,:=()/%+-e pertunifomdaysMWITkgh", max_size=30) | st.text(max_size=12))
def test_any_other_text_gives_a_quantity_error(text):
    with suppress(QuantityError):
        assert parse_quantity(text).text == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "words", "hint"),
    [
        ("128 wekes", "'wekes' is not a unit", "weeks"),
        ("5 GPUs", "'GPUs' is not a unit", "gpus"),
        ("35 kwafer/mnth", "'mnth' is not a unit", "month"),
        ("5 MW it", "'MW it' is not a unit", "MW IT"),
        ("5 mw facility", "'mw facility' is not a unit", "MW facility"),
        ("5 MW", "say 'MW facility' or 'MW IT'", "MW facility"),
        ("5 gw", "say 'GW facility' or 'GW IT'", "GW facility"),
        ("5 racks per MW", "say 'MW facility' or 'MW IT'", "MW facility"),
        ("5 crews per hal", "'hal' is not a scale", "hall"),
        ("5 racks per wek", "'wek' is not a scale", "week"),
        ("5 racks per", "'' is not a scale", None),
        ("5 racks per 0 halls", "must be above 0", None),
        ("5 racks per 1e300 halls", "at most 1e", None),
        ("prt(1, 2, 3) days", "no distribution called 'prt'", "pert"),
        ("lognormal(median=3, sigm=2) days", "no argument 'sigm'", "sigma"),
        ("pert(1, low=2, low=3) days", "got 'low' twice", None),
        ("pert(1, 2) days", "got 2 numbers", None),
        ("pert() days", "got 0 numbers", None),
        ("pert(1, 2, nan) days", "'nan' in pert", None),
        ("pert(1, 2, 3 days", "not a quantity", None),
        ("uniform(1,200, 2,400) days", "got 4 numbers", None),
        ("discrete(1, 2) days", "value: weight", None),
        ("uniform(5, 3) days", "high must be above low", None),
        ("", "empty", None),
        (" ", "empty", None),
        ("weeks", "not a quantity", None),
        ("inf days", "not a quantity", None),
        ("٣ days", "not a quantity", None),
        ("5 days foo", "'days foo' is not a unit", "days"),
        ("5 5 days", "'5 days' is not a unit", "days"),
        ("12,00 racks", "misplaced comma", None),
        ("1,200,00 racks", "misplaced comma", None),
        ("1_000", "not a unit", None),
        ("1e30 racks", "finite number of at most 1e15", None),
        ("1e999 racks", "finite number of at most 1e15", None),
        ("1e15 years", "finite number of at most 1e15", None),
        ("5 days/week", "'days/week' is not a unit", None),
        ("5 racks/MVA", "'racks/MVA' is not a unit", None),
        ("-52 weeks", "negative", None),
        ("uniform(-2, 3) days", "negative", None),
        (5, "not text", None),
    ],
)
def test_a_mistake_is_explained(text, words, hint):
    with pytest.raises(QuantityError) as caught:
        parse_quantity(text)
    assert words in caught.value.message
    assert caught.value.hint == hint


def test_the_error_reads_as_one_sentence_and_survives_pickling():
    error = QuantityError("'wekes' is not a unit", expected="a unit", hint="weeks")
    assert str(error) == "'wekes' is not a unit; expected a unit; did you mean 'weeks'?"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_offsets_may_be_negative_where_the_caller_says_so():
    assert parse_quantity("-52 weeks", allow_negative=True).value == -364
    assert parse_quantity("uniform(-2, 3) days", allow_negative=True).distribution.params == (-2, 3)
    assert parse_number(-3, allow_negative=True).value == -3


def test_plain_numbers_are_dimensionless():
    assert parse_number(0.4) == parse_quantity("0.4")
    assert parse_number(12).text == "12"


@pytest.mark.parametrize("value", [True, "5", None, float("inf"), float("nan"), 10**400, -1])
def test_what_is_no_plain_number_is_refused(value):
    with pytest.raises(QuantityError):
        parse_number(value)


def test_a_random_quantity_has_no_single_value():
    quantity = parse_quantity("pert(40, 55, 80) workdays")
    assert quantity.planned == 55
    with pytest.raises(QuantityError, match="is random"):
        _ = quantity.value


def test_require_passes_a_wanted_dimension_and_explains_another():
    racks = parse_quantity("5 racks")
    assert require(racks, "days", "rack") is racks
    with pytest.raises(QuantityError) as caught:
        require(racks, "days", "1", "wafer/day")
    assert caught.value.message == "'5 racks' is in rack"
    assert caught.value.expected == (
        "days (such as '128 weeks') or a plain number (such as '0.4') or wafer/day (such as '5 wafer/day')"
    )
    with pytest.raises(QuantityError, match="is a plain number"):
        require(parse_quantity("5"), "rack")


def test_reading_quantities_needs_neither_numpy_nor_scipy():
    code = "import sys, buildsim.quantity as q; q.parse_quantity('pert(1, 2, 3) d'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "scipy"} & set(done.stdout.split())
