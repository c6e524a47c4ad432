"""The findings of the schedule lint as text: check by check, with the practice, the reason and the places."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import groupby

from buildsim.present.words import clean, count
from buildsim.studies.lint import LintFinding

_INDENT = "  "


def lint_text(findings: Sequence[LintFinding], width: int) -> str:
    """The text; sentences are wrapped, places are not, so that an editor finds them."""
    lines: list[str] = []
    for check, group in groupby(findings, key=lambda finding: finding.check):
        rows = list(group)
        lines += [*_wrapped(f"{check} ({rows[0].practice})", width), *_wrapped(rows[0].why, width)]
        lines += [_INDENT + _place(row) for row in rows]
        lines.append("")
    lines.append(count(len(findings), "finding"))
    return clean("".join(f"{line}\n" for line in lines))


def _place(finding: LintFinding) -> str:
    detail = f": {finding.detail}" if finding.detail else ""
    return f"{finding.file}:{finding.line}:{finding.column}: {finding.subject}{detail}"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
