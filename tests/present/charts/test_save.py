"""Charts become files: real ones, whole or not at all, that load nothing."""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET

import altair as alt
import pandas as pd
import pytest

from buildsim.errors import InputError
from buildsim.present.charts import extra
from buildsim.present.charts.data import inline
from buildsim.present.charts.save import save
from buildsim.present.charts.theme import DARK, LIGHT, themed


def chart(theme=LIGHT):
    bars = alt.Chart(inline(pd.DataFrame({"x": [1.0, 2.0], "y": ["a", "b"]}))).mark_bar().encode(x="x:Q", y="y:N")
    return themed(bars.properties(width=200, height=100), theme, title="A title", subtitle=["below"])


def test_a_png_has_twice_the_pixels(tmp_path):
    save(chart(), tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", data[16:24])
    assert 400 < width < 700
    assert 200 < height < 600


def test_an_svg_is_drawn_with_its_ground_and_title(tmp_path):
    for theme, name in ((LIGHT, "light.svg"), (DARK, "dark.SVG")):
        save(chart(theme), tmp_path / name)
        root = ET.fromstring((tmp_path / name).read_text())
        assert root.tag.endswith("svg")
        assert "A title" in "".join(root.itertext())
        assert theme.ground in (tmp_path / name).read_text()


def test_a_page_loads_nothing(tmp_path):
    save(chart(), tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text()
    assert "A title" in page
    assert not re.search(r"<script[^>]+src|<link[^>]+href|@import|\bimport\s*\(?\s*['\"]https?:", page)


def test_a_specification_holds_its_data(tmp_path):
    save(chart(), tmp_path / "a.json")
    spec = json.loads((tmp_path / "a.json").read_text())
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert [*spec["datasets"].values()] == [[{"x": 1.0, "y": "a"}, {"x": 2.0, "y": "b"}]]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.jpg", "'.jpg' is no form of this\n  expected: a name that ends in .png, .svg, .html or .json"),
        ("a.pgn", "did you mean .png?"),
        ("a", "the name does not say which form"),
    ],
)
def test_other_suffixes_are_refused(tmp_path, name, said):
    with pytest.raises(InputError, match=re.escape(said)):
        save(chart(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_the_missing_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=re.escape('pip install "buildsim[charts]"')):
        save(chart(), tmp_path / "a.png")


def test_an_earlier_file_stays_if_drawing_fails(tmp_path, monkeypatch):
    def fails(spec):
        raise ValueError("no such mark")

    monkeypatch.setattr("vl_convert.vegalite_to_svg", fails)
    (tmp_path / "a.svg").write_text("before")
    with pytest.raises(ValueError, match="no such mark"):
        save(chart(), tmp_path / "a.svg")
    assert [file.read_text() for file in tmp_path.iterdir()] == ["before"]


DATED = """\
import altair as alt, pandas as pd
from buildsim.present.charts.data import inline, padded
from buildsim.present.charts.save import drawn
from buildsim.present.charts.theme import by_date
days = pd.DataFrame({"date": pd.date_range("2026-01-05", periods=12, freq="28D")})
chart = alt.Chart(inline(days)).mark_point().encode(x=by_date("date", padded(days["date"]), 600)).properties(width=600)
print(drawn(chart, ".svg").decode())
"""


def test_a_picture_is_the_same_in_every_time_zone():
    zones = [{**os.environ, "TZ": zone} for zone in ("UTC", "America/New_York")]
    command = [sys.executable, "-c", DATED]
    done = [subprocess.run(command, env=zone, capture_output=True, text=True, check=True) for zone in zones]
    assert "Apr 2026" in done[0].stdout
    assert done[0].stdout == done[1].stdout
