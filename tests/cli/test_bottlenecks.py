"""`buildsim bottlenecks`: the report, the JSON, the pictures, and what is refused."""

from __future__ import annotations

import json

import pytest

QUICK = ("-n", "5", "--engine", "reference")


def test_the_report(cli, scenario):
    done = cli("bottlenecks", scenario, *QUICK)
    assert (done.code, done.err) == (0, "engine: reference\n")
    assert done.out.startswith("small: First GPU, mean of 2 sites; 5 replications, seed 7\n")
    titles = ["What improving each constraint gains", "permit: permit", "crews: crane", "The best levers on First GPU"]
    titles += [
        "The ladder",
        "as planned",
        "Who owes how much",
        "together",
        "What a little more is worth",
        "Start with ",
    ]
    positions = [done.out.index(title) for title in titles]
    assert positions == sorted(positions)


def test_json_alone_is_that_of_the_file(cli, scenario, tmp_path):
    alone = cli("bottlenecks", scenario, *QUICK, "--json", "-")
    beside = cli("bottlenecks", scenario, *QUICK, "--json", "out.json")
    assert alone.out == (tmp_path / "out.json").read_text()
    document = json.loads(alone.out)
    assert sorted(document["sites"]) == ["north", "south"]
    assert sorted(document["sites"]["north"]) == ["first_gpu", "first_power"]
    assert beside.out.startswith("small: First GPU")


def test_what_is_asked_about(cli, scenario):
    done = cli("bottlenecks", scenario, *QUICK, "--site", "north", "--milestone", "first_power", "--json", "-")
    document = json.loads(done.out)
    assert document["objective"]["sites"] == ["north"]
    assert {name: list(own) for name, own in document["sites"].items()} == {"north": ["first_power"]}
    assert [rung["removed"] for rung in document["cascade"]] == ["permit:permit"]
    changed = ("--set", "sites.north.activities.permit.duration=0 days")
    assert (
        json.loads(cli("bottlenecks", scenario, *QUICK, "--milestone", "first_power", *changed, "--json", "-").out)[
            "cascade"
        ]
        == []
    )


def test_fewer_constraints_on_request(cli, scenario):
    done = cli("bottlenecks", scenario, *QUICK, "--most", "1")
    assert "--most looks at more of them." in done.out
    document = json.loads(cli("bottlenecks", scenario, *QUICK, "--most", "1", "--json", "-").out)
    assert len(document["candidates"]) == 1


def test_a_plan_of_work_alone(cli, scenario, tmp_path):
    (tmp_path / "work.yaml").write_text(
        "schema: 1\nname: work\nstart: 2026-01-05\nreplications: 3\nsites:\n  s:\n    activities:\n"
        "      dig: {duration: 5 days, milestone: done}\n"
    )
    done = cli("bottlenecks", "work.yaml", "--engine", "reference")
    assert done.code == 0
    assert "Nothing that could be removed binds: what is left is work." in done.out


@pytest.mark.parametrize("suffix", ["png", "svg", "html"])
def test_pictures(cli, scenario, tmp_path, suffix):
    pytest.importorskip("altair")
    files = {name: f"{name}.{suffix}" for name in ("ladder", "relief", "shares")}
    options = [each for name, file in files.items() for each in (f"--{name}", file)]
    done = cli("bottlenecks", scenario, *QUICK, *options, "--dark", "--width", "400")
    assert done.code == 0
    assert all((tmp_path / file).stat().st_size > 1000 for file in files.values())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--site", "nort"), "did you mean north?"),
        (("--owner", "two"), "expected: one"),
        (("--milestone", "first_gp"), "did you mean first_gpu?"),
        (("-n", "0"), "0 is refused"),
        (("--set", "sites.north.strt=2026-01-06"), "did you mean start?"),
        (("--ladder", "ladder.gif"), "'.gif' is no form of this"),
        (("--ladder", "ladder.png", "--width", "100"), "100 is refused"),
        (("--json", "none/out.json"), "none"),
    ],
)  # fmt: skip
def test_bad_input(cli, scenario, options, said):
    done = cli("bottlenecks", scenario, *QUICK, *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
