"""`buildsim plot`: pictures as files, from a scenario or a kept result."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("kind", ["gantt", "s-curve", "waterfall"])
def test_a_picture_of_a_scenario(cli, scenario, tmp_path, kind):
    done = cli("plot", kind, scenario, "-o", "a.svg")
    assert (done.code, done.out) == (0, "")
    assert done.err.endswith("wrote a.svg\n")
    picture = (tmp_path / "a.svg").read_text()
    assert picture.startswith("<svg")
    for text in ("First GPU", "north", "south"):
        assert text in picture


def test_one_site_one_milestone_dark(cli, scenario, tmp_path):
    cli("plot", "s-curve", scenario, "-o", "light.svg")
    done = cli("plot", "s-curve", scenario, "-o", "dark.svg", "--site", "north", "--milestone", "first_power", "--dark")
    assert done.code == 0
    light, dark = (tmp_path / "light.svg").read_text(), (tmp_path / "dark.svg").read_text()
    assert "north: First power" in dark
    assert "#14181d" in dark
    assert "#14181d" not in light


def test_a_kept_result_needs_no_run(cli, scenario, tmp_path, monkeypatch):
    cli("run", scenario, "--out", "kept")
    cli("plot", "waterfall", scenario, "-o", "fresh.svg")
    monkeypatch.delattr("buildsim.studies.run.run_scenario")
    assert cli("plot", "waterfall", "kept", "-o", "kept.svg").code == 0
    # a kept result has three decimals: the pictures show one
    assert (tmp_path / "kept.svg").read_text().count("<text") == (tmp_path / "fresh.svg").read_text().count("<text")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["gant", "small.yaml", "-o", "a.png"], "there is no kind of picture called 'gant'"),
        (["s_curve", "small.yaml", "-o", "a.png"], "did you mean s-curve?"),
        (["s-curve", "small.yaml", "-o", "a.pdf"], "'.pdf' is no form of this"),
        (["s-curve", "small.yaml", "-o", "nowhere/a.png"], "cannot be written"),
        (["s-curve", "small.yaml", "-o", "a.png", "--site", "nort"], "did you mean north?"),
        (["s-curve", "small.yaml", "-o", "a.png", "--milestone", "first_gpus"], "did you mean first_gpu?"),
        (["s-curve", "small.yaml", "-o", "a.png", "--width", "20"], "20 is refused"),
        (["ramp", "small.yaml", "-o", "a.png"], "no halls are stated"),
        (["ramp", "small.yaml", "-o", "a.png", "--measure", "gpu"], "did you mean gpus?"),
    ],
)
def test_mistakes_are_answered_and_nothing_is_written(cli, scenario, tmp_path, arguments, said):
    done = cli("plot", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["small.yaml"]


def test_the_missing_extra_is_named_before_anything_is_run(cli, scenario, monkeypatch):
    monkeypatch.setattr("buildsim.present.charts.extra.find_spec", lambda name: None)
    monkeypatch.delattr("buildsim.studies.run.run_scenario")
    done = cli("plot", "s-curve", scenario, "-o", "a.png")
    assert done.code == 2
    assert 'pip install "buildsim[charts]"' in done.err
