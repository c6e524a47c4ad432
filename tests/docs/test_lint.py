"""docs/lint.md has every check, with the practices that the program names."""

from __future__ import annotations

import re
from pathlib import Path

from buildsim.studies.practices import CHECKS, DCMA

PAGE = Path(__file__).resolve().parents[2] / "docs" / "lint.md"


def test_the_table_has_every_check_with_its_practices():
    rows = re.findall(
        r"^\| `([a-z-]+)` \| .* \| (\d+) [a-z ]+ \| (?:(\d+) ([a-z ]+))? ?\|$", PAGE.read_text(), re.MULTILINE
    )
    stated = {name: (int(gao), int(dcma) if dcma else None, words.strip()) for name, gao, dcma, words in rows}
    assert stated == {
        name: (check.gao, check.dcma, DCMA[check.dcma] if check.dcma else "") for name, check in CHECKS.items()
    }
