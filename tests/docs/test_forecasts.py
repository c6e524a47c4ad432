"""Forecasts on record are well formed, leave no unfinished site out, and have their page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from buildsim.analysis.milestones import PERCENTS
from buildsim.backtest.freeze import FEW, KEY_MILESTONES
from buildsim.backtest.record import Record, csv_text, read_record
from buildsim.datafiles import shipped
from buildsim.loading.project import load_scenario

Script = Callable[[str], ModuleType]
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "forecasts"
FILES = sorted(FOLDER.glob("*.csv"))


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def record(request: pytest.FixtureRequest) -> Record:
    return read_record(request.param)


def test_there_is_a_record() -> None:
    assert FILES


def test_a_record_is_well_formed(record: Record) -> None:
    assert csv_text(record.rows) == Path(record.file).read_text(encoding="utf-8")
    assert record.notes == ()
    ids = [row.id for row in record.rows]
    assert len(set(ids)) == len(ids)
    for row in record.rows:
        assert str(row.made_on) == Path(record.file).stem
        assert row.start <= row.known <= row.made_on
        assert row.milestone in KEY_MILESTONES
        assert (row.dates is None) == (row.left == 0)
        assert 0 <= row.left <= row.replications
        assert (row.note is None) == (row.left >= FEW)
        if row.dates is not None:
            dates = [row.dates[percent] for percent in PERCENTS]
            assert dates == sorted(dates)
            assert row.known < dates[0]


def test_every_site_is_on_record_or_left_out_with_a_reason(script: Script) -> None:
    benchmark = script("record")
    record = read_record(FILES[-1])
    on_record = {row.site for row in record.rows if row.source == benchmark.SCENARIO}
    reasons = benchmark.left_out(on_record, record.rows[0].known)
    assert on_record | set(reasons) == set(shipped("sites"))
    assert all(reason.startswith("finished: at full capacity since 202") for reason in reasons.values())
    assert set(load_scenario(benchmark.SCENARIO).sites) == on_record


def test_an_unfinished_site_is_not_left_out(script: Script) -> None:
    with pytest.raises(LookupError, match="stargate-milam is not known to have reached full_capacity by 2026-11-22"):
        script("record").left_out({*shipped("sites")} - {"stargate-milam"}, date(2026, 11, 22))


def test_a_record_is_never_written_over(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    benchmark = script("record")
    (tmp_path / "2026-01-01.csv").write_text("what was said")
    monkeypatch.setattr(benchmark, "FOLDER", tmp_path)
    monkeypatch.setattr("sys.argv", ["record.py", "open.csv", "--date", "2026-01-01"])
    monkeypatch.setattr(benchmark, "rows_of", lambda *arguments: pytest.fail("played"))
    assert benchmark.main() == 2
    assert (tmp_path / "2026-01-01.csv").read_text() == "what was said"


def test_the_page_is_that_of_the_newest_record(script: Script) -> None:
    benchmark = script("record")
    assert benchmark.newest(FOLDER) == FILES[-1]
    assert benchmark.PAGE.read_text(encoding="utf-8") == benchmark.page(read_record(FILES[-1])), (
        "python benchmarks/record.py"
    )
    assert "Epoch AI" in benchmark.PAGE.read_text(encoding="utf-8")
    assert "https://creativecommons.org/licenses/by/4.0/" in benchmark.PAGE.read_text(encoding="utf-8")
