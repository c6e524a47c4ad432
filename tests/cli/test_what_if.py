"""`buildsim what-if`, and variants in `run`, `path` and `check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

VARIANTS = """\
variants:
  quick: {title: A quick permit, set: {sites.north.activities.permit.duration: 5 days}}
  two-cranes: {title: A second crane, base: quick, set: {pools.crane.capacity: 2}}
expect:
  - {variant: quick, site: north, milestone: first_power, direction: later, assumption: "[red]wrong[/red]"}
  - {variant: two-cranes, milestone: first_gpu, direction: unchanged, assumption: nobody waits}
"""


@pytest.fixture
def variants(scenario: str, tmp_path: Path) -> str:
    with (tmp_path / scenario).open("a") as file:
        file.write(VARIANTS)
    return scenario


def test_the_report(cli, variants):
    done = cli("what-if", variants)
    assert (done.code, done.err) == (0, "engine: reference\n")
    assert done.out.startswith("small: 40 replications, seed 7\n")
    titles = ["quick: A quick permit", "Compared with the scenario as it is.", "north", "Expected before the run"]
    titles += ["disagrees", "assumed: [red]wrong[/red]", "north: what binds First power", "two-cranes: A second crane"]
    titles += ["Compared with the variant quick."]
    positions = [done.out.index(title) for title in titles]
    assert positions == sorted(positions)


def test_a_verdict_against_what_was_expected_is_no_failure(cli, variants):
    done = cli("what-if", variants, "--json", "-")
    document = json.loads(done.out)
    assert done.code == 0
    assert [each["verdict"] for each in document["variants"]["quick"]["expected"]] == ["disagrees"]
    assert "warning:" not in done.err


def test_options(cli, variants, tmp_path):
    done = cli("what-if", variants, "-n", "5", "--seed", "3", "--json", "out.json")
    document = json.loads((tmp_path / "out.json").read_text())
    assert (document["replications"], document["seed"]) == (5, 3)
    assert done.out.startswith("small: 5 replications, seed 3\n")


def test_a_scenario_without_variants_is_warned_of(cli, scenario):
    done = cli("what-if", scenario)
    assert (done.code, done.out) == (0, "")
    assert "warning: small has no variants" in done.err
    assert json.loads(cli("what-if", scenario, "--json", "-").out)["variants"] == {}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("permit.duration: 5 days", "permt.duration: 5 days", "did you mean permit?"),
        ("two-cranes, milestone: first_gpu", "two-cranes, milestone: first_gp", "did you mean first_gpu?"),
        ("base: quick", "base: quik", "did you mean quick?"),
    ],
)  # fmt: skip
def test_bad_input(cli, variants, tmp_path, old, new, said):
    file = tmp_path / variants
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    for command in ("what-if", "check"):
        done = cli(command, variants)
        assert (done.code, done.out) == (2, "")
        assert said in done.err


def test_bad_options_and_names(cli, variants):
    assert cli("what-if", variants, "-n", "0", "--engine", "fast").code == 2
    assert "did you mean quickstart?" in cli("what-if", "quickstrt").err
    done = cli("run", variants, "--variant", "quik")
    assert done.code == 2
    assert "there is no variant called 'quik'\n  expected: one of quick, two-cranes\n  did you mean quick?" in done.err


def test_a_variant_is_run_as_any_scenario(cli, variants):
    by_hand = ("--set", "sites.north.activities.permit.duration=5 days", "--set", "pools.crane.capacity=2")
    documents = [
        json.loads(cli("run", variants, "--json", "-", *options).out)
        for options in (("--variant", "two-cranes"), by_hand)
    ]
    assert [document.pop("scenario") for document in documents] == ["small/two-cranes", "small"]
    assert documents[0] == documents[1]
    done = cli("path", variants, "--site", "north", "--variant", "quick")
    assert "permit: the permit's own time" in done.out
    assert "  5.0  " in done.out


def test_a_kept_variant_says_what_it_is(cli, variants):
    cli("run", variants, "--variant", "quick", "--out", "kept")
    assert json.loads(Path("kept/manifest.json").read_text())["scenario"] == "small/quick"
    assert cli("run", "kept", "--variant", "quick").code == 2


def test_check_says_how_many_there_are(cli, variants):
    assert cli("check", variants).out == "ok small.yaml: scenario, 2 sites, 4 activities, 1 pool, 2 variants\n"


def test_a_scenario_on_a_base_is_run_as_any_other(cli, variants, tmp_path):
    text = "schema: 1\nname: other\nbase: small\nset: {sites.north.activities.permit.duration: 5 days}\n"
    (tmp_path / "other.yaml").write_text(text)
    run = json.loads(cli("run", "other.yaml", "--json", "-").out)
    quick = json.loads(cli("run", variants, "--variant", "quick", "--json", "-").out)
    assert run["sites"] == quick["sites"]
    assert cli("check", "other.yaml").code == cli("path", "other.yaml", "--site", "south").code == 0
