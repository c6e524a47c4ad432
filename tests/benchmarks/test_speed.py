"""The harness of benchmarks/speed measures what it says: on sizes so small that nothing is learnt of speed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from buildsim.engine.reference.simulate import simulate
from buildsim.sampling.draw import draw, planned

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def speed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Gives a module of benchmarks/speed by its name."""
    from importlib import import_module

    monkeypatch.syspath_prepend(ROOT)
    return lambda name: import_module(f"benchmarks.speed.{name}")


Speed = Callable[[str], ModuleType]


def test_generated_networks_are_alike_at_every_size(speed: Speed) -> None:
    networks = speed("networks")
    for sites in (1, 20):
        network = networks.generate(sites, 20)
        samples = draw(network, 1, 0, 2)
        outcome = simulate(network, samples)
        assert len(network.activities) == 20 * sites
        assert (outcome.finish >= 0).all()  # nobody waits for ever
        assert len(outcome.ledger)  # but some do
    again = networks.generate(20, 20)
    assert all(
        np.array_equal(getattr(again.links, field.name), getattr(network.links, field.name))
        for field in fields(network.links)
    )


def test_both_engines_play_generated_networks_alike(speed: Speed) -> None:
    pytest.importorskip("numba")
    networks, play = speed("networks"), speed("play")
    for content in networks.Content:
        network = networks.generate(2, 20, content=content)
        samples = draw(network, 1, 0, 2)
        outcome = simulate(network, samples)
        play.require_equal(play.kernel()(network, samples), outcome)
    late = replace(outcome, finish=outcome.finish + 1)
    with pytest.raises(RuntimeError, match="`finish`"):
        play.require_equal(late, outcome)
    late = replace(outcome, ledger=replace(outcome.ledger, end=outcome.ledger.end + 1))
    with pytest.raises(RuntimeError, match="`ledger`"):
        play.require_equal(late, outcome)


def test_events_are_counted_by_kind(speed: Speed) -> None:
    network = speed("networks").generate(1, 20)
    samples = draw(network, 1, 0, 1)
    outcome = simulate(network, samples)
    events = speed("events").count_events(network, samples, outcome)
    assert events.finishes == 20
    assert events.deliveries == 9  # of four supplies with a lead time, three orders of racks, two of transceivers
    end = int(outcome.finish.max())
    weeks = (end - 1) // (7 * 1440)  # a lot at the last tick is played or not, as the last activity has it
    assert events.lots in (5 * weeks, 5 * (weeks + 1))
    years = sum(day * 1440 <= end for day in (365, 730))
    assert events.steps == 6 * years
    assert events.total == events.finishes + events.deliveries + events.lots + events.steps
    cut = replace(network, horizon=100 * 1440)
    part = speed("events").count_events(cut, samples, simulate(cut, samples))
    assert part.finishes < 20
    assert (part.lots, part.steps) == (5 * 14, 0)


def test_peers_agree_where_they_mean_the_same(speed: Speed) -> None:
    networks, work, simpy = speed("networks"), speed("peers.work"), speed("peers.by_simpy")
    for content in (networks.Content.PRECEDENCE, networks.Content.QUEUES):
        network = networks.generate(3, 20, content=content)
        samples = draw(network, 1, 0, 1)
        assert simpy.finishes(work.work_of(network, samples, 0)) == simulate(network, samples).finish[0].tolist()


def test_salabim_agrees_too(speed: Speed) -> None:
    pytest.importorskip("salabim")
    networks = speed("networks")
    for content in (networks.Content.PRECEDENCE, networks.Content.QUEUES):
        network = networks.generate(3, 20, content=content)
        samples = draw(network, 1, 0, 1)
        work = speed("peers.work").work_of(network, samples, 0)
        assert speed("peers.by_salabim").finishes(work) == simulate(network, samples).finish[0].tolist()


def test_no_schedule_is_shorter_than_precedence_allows(speed: Speed) -> None:
    pytest.importorskip("pyjobshop")
    networks = speed("networks")
    for content in (networks.Content.PRECEDENCE, networks.Content.QUEUES):
        network = networks.generate(1, 20, content=content)
        plan = planned(network)
        ours = int(simulate(network, plan).finish.max())
        best = speed("peers.by_pyjobshop").shortest(speed("peers.work").work_of(network, plan, 0), 10.0)
        assert best.bound <= best.makespan <= ours
        if content is networks.Content.PRECEDENCE:
            assert best.makespan == ours


def test_rounds_are_paired_and_alternate(speed: Speed) -> None:
    rounds, order, now = speed("rounds"), [], iter(range(100))
    seconds = rounds.interleaved(
        {name: lambda name=name: order.append(name) for name in "ab"}, 3, clock=lambda: float(next(now))
    )
    assert order == list("abbaab")
    assert seconds == {"a": [1.0] * 3, "b": [1.0] * 3}
    assert rounds.ratio([2.0, 9.0, 8.0], [1.0, 3.0, 2.0]) == rounds.Figure(3.0, 2.0, 4.0)


def test_limits_judge_the_median(speed: Speed) -> None:
    lines, figure = speed("lines"), speed("rounds").Figure(2.0, 1.0, 5.0)
    assert lines.at_most(2).verdict(figure) == lines.at_least(2).verdict(figure) == lines.HOLDS
    assert lines.at_most(1.9).verdict(figure) == lines.at_least(2.1).verdict(figure) == lines.MISSED
    assert lines.at_most(1).verdict(None) == lines.UNKNOWN


def test_page_and_csv_hold_every_figure(speed: Speed) -> None:
    lines, page, figure = speed("lines"), speed("page"), speed("rounds").Figure(2.0, 1.0, 5.0)
    parts = {
        "engines": [lines.Line("speed", figure, "x", "how", bound=lines.at_least(3), aim=lines.at_least(1))],
        "sizes": [lines.Line("memory", None, "MB", "left out", bound=lines.at_most(8000))],
    }
    text = page.page(parts, {"processor": "of a test"}, quick=True)
    row = "| speed | 2.00 x | 1.00 to 5.00 | ≥ 3 | missed | ≥ 1 | holds |"
    assert text.count(row) == 2  # among the goals and in its part
    assert text.count("| memory | not measured |") == 2
    assert "of a test" in text
    assert "first look" in text
    assert "first look" not in page.page(parts, {}, quick=False)
    rows = list(csv.DictReader(io.StringIO(page.csv_text(parts))))
    assert [(row["what"], row["median"], row["holds"]) for row in rows] == [
        ("speed", "2.0", "missed"),
        ("memory", "", "not measured"),
    ]


def test_guard_finds_what_got_slower(speed: Speed) -> None:
    guard = speed("guard")
    found = guard.slower({"kernel": 1.0, "drawing": 2.0}, {"kernel": 1.5, "drawing": 2.1}, tolerance=1.2)
    assert [str(each) for each in found] == ["kernel: 1.50 times the last release's (1.5, was 1)"]


def test_guard_fails_on_slower_code_only(
    speed: Speed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    guard = speed("guard")
    file = tmp_path / "guard.json"
    monkeypatch.setattr(guard, "figures", lambda rounds=1: {"kernel": 1.0})
    assert guard.guard(True, file) == guard.guard(False, file) == 0
    monkeypatch.setattr(guard, "figures", lambda rounds=1: {"kernel": 2.0})
    assert guard.guard(False, file) == 1
    assert "kernel: 2.00 times the last release's" in capsys.readouterr().out
    again = iter([2.0, 1.0])  # a slow minute
    monkeypatch.setattr(guard, "figures", lambda rounds=1: {"kernel": next(again)})
    assert guard.guard(False, file) == 0


def test_guard_keeps_what_it_measures(speed: Speed) -> None:
    pytest.importorskip("numba")
    guard = speed("guard")
    kept = json.loads(guard.KEPT.read_text(encoding="utf-8"))
    assert guard.figures(1, 1, 1).keys() == kept["figures"].keys()
    assert all(value > 0 for value in kept["figures"].values())


def test_measurements_are_told_of_their_parts(speed: Speed, capsys: pytest.CaptureFixture[str]) -> None:
    main, lines, figure = speed("__main__"), speed("lines"), speed("rounds").Figure(2.0, 1.0, 5.0)
    parts = {"engines": lambda quick: [lines.Line("speed", figure, "x", bound=lines.at_least(2 if quick else 3))]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(main, "PARTS", parts)
        assert main.main(["--only", "engines", "--quick"]) == 0
        assert main.main(["--only", "engines"]) == 1
    assert "speed  2.00 x  1.00 to 5.00  ≥ 3  missed" in capsys.readouterr().out


def test_how_long_more_sites_will_take_goes_on_as_it_grew(speed: Speed) -> None:
    expected = speed("documents").expected
    assert expected([(10, 5.0)], 100) == pytest.approx(50)
    in_proportion = [(1, 2.0), (10, 3.0), (100, 12.0)]
    assert expected(in_proportion, 1000) == pytest.approx(102)
    squared = [(1, 2.0), (10, 2.1), (100, 12.0)]
    assert expected(squared, 1000) == pytest.approx(1002)
    shrinking = [(1, 2.0), (10, 2.0), (100, 1.9)]
    assert expected(shrinking, 1000) <= 2.0


def test_a_size_that_would_take_too_long_is_left_out(speed: Speed, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = speed("documents")
    asked = []

    def ask(arguments: list[str]) -> str:
        sites = int(arguments[-1])
        asked.append(sites)
        return json.dumps({"load": 1.0, "compile": 15 * (sites / 1000) ** 2, "activities": sites, "peak": 1e6})

    monkeypatch.setattr(documents, "ask", ask)
    *_, left_out = documents.measure(quick=False)
    assert asked == [1, 10, 100, 1000]
    assert left_out.figure is None
    assert "1,501 s" in left_out.how


def test_documents_of_many_sites_compile(speed: Speed) -> None:
    worker = speed("worker")
    one, two = worker.documents(1), worker.documents(2)
    assert two["activities"] == 2 * one["activities"] > 0
    assert min(two["load"], two["compile"], two["peak"]) > 0
