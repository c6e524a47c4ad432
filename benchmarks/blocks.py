"""The form of what is generated: tables, and parts of pages written by hand, each between two comments of its name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

END = "<!-- end -->\n"


def begin(name: str) -> str:
    """The line after which a generated part begins."""
    return f"<!-- generated: {name} -->\n"


def section(text: str, name: str) -> tuple[int, int]:
    """Where a generated part begins and ends. Raises ValueError if the page has none of that name."""
    first = text.index(begin(name)) + len(begin(name))
    return first, text.index(END, first)


def written(text: str, name: str, body: str) -> str:
    """The page with a generated part anew, all else as it was."""
    first, last = section(text, name)
    return f"{text[:first]}\n{body}\n{text[last:]}"


def is_current(text: str, name: str, body: str) -> bool:
    """True if the generated part says this."""
    first, last = section(text, name)
    return text[first:last].strip() == body.strip()


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
