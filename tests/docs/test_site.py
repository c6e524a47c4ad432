"""The pages fit together where they are read as files, and those of the reference name all that they are about.

That the site itself is built without a warning, which any page or heading that a link does not find would give, is a
step of .ci/run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

import buildsim

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md")), ROOT / "scenarios" / "README.md"]

CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def links(text: str) -> Iterator[str]:
    """Where the text's links lead, without those to other hosts."""
    targets = LINK.findall(CODE.sub("", text))
    return (unquote(target) for target in targets if not re.match(r"[a-z]+:", target))


def anchors(text: str) -> set[str]:
    """The names of a page's headings, as a code host makes them."""
    headings = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", found) for found in HEADING.findall(FENCED.sub("", text))]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(page: Path) -> list[str]:
    """The links of a page that lead to no file or no heading."""
    found = []
    for target in links(page.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        if not file.exists() or (anchor and anchor not in anchors(file.read_text(encoding="utf-8"))):
            found.append(target)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings(page: Path) -> None:
    assert broken(page) == []


def test_what_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# A `word` of two, or three\n\n```sh\n# no heading\n```\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](other.md) [b](other.md#a-word-of-two-or-three) [c](https://example.org/x) `[d](lost.md)`\n"
        "[e](lost.md) [f](other.md#no-heading) [g](#lost)\n"
    )
    assert broken(page) == ["lost.md", "other.md#no-heading", "#lost"]


def test_the_python_reference_has_every_public_name() -> None:
    named = re.findall(r"^\.\. auto\w+:: buildsim\.(\w+)$", (DOCS / "api.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(buildsim.__all__)


@pytest.mark.parametrize(
    ("command", "form"),
    [
        ("run", "run"),
        ("what-if", "whatif"),
        ("compare", "compare"),
        ("bottlenecks", "bottlenecks"),
        ("order-by", "orderby"),
        ("level", "level"),
        ("sweep", "sweep"),
        ("sensitivity", "sensitivity"),
        ("status", "status"),
        ("backtest", "backtest"),
        ("backtest --due", "due"),
    ],
)
def test_the_json_reference_has_every_key(command: str, form: str) -> None:
    text = (DOCS / "json.md").read_text(encoding="utf-8")
    part = re.search(rf"^### `{command}`\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    assert part is not None
    rows = re.findall(r"^\| (`[^|]*) \|", part[1], re.MULTILINE)
    schema = json.loads((ROOT / "buildsim" / "present" / f"{form}.schema.json").read_text(encoding="utf-8"))
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(schema["properties"])


def test_every_word_of_the_glossary_leads_to_where_it_is_used() -> None:
    entries = re.split(r"^### ", (DOCS / "glossary.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert [entry.splitlines()[0] for entry in entries if not LINK.search(entry.partition("\n## ")[0])] == []
