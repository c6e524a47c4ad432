"""Documentation runs: every console and Python block of README.md and docs/ is executed.

A document's blocks run in order in one fresh directory. In a `console` block each line that starts with `$ `
is a command (a final backslash carries it on to the next line); the lines below it are what it prints. Two
comments right before a block change what is expected: `<!-- exit 2 -->` gives the exit code of the block's
last command, `<!-- checked -->` asks that the shown output equal the printed one, byte for byte, at 100
columns. Whatever stands under `<!-- file NAME -->` is written there, as a reader would. The README's two `sh` lines
install the project: .ci/run runs them, here they are only looked for.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"

FENCE = re.compile(r"```(\w*|\{[\w-]+\}.*)")
RUNNABLE = re.compile(r"```(console|python)")
EXIT_COMMENT = re.compile(r"<!-- exit (\d+) -->")
CHECKED_COMMENT = "<!-- checked -->"
FILE_COMMENT = re.compile(r"<!-- file ([\w.-]+) -->")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: where it starts, its language and lines, and the comments right above it."""

    line: int
    language: str
    lines: tuple[str, ...]
    comments: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        codes = [int(match[1]) for comment in self.comments if (match := EXIT_COMMENT.fullmatch(comment))]
        return codes[0] if codes else 0

    @property
    def checked(self) -> bool:
        return CHECKED_COMMENT in self.comments

    @property
    def file(self) -> str | None:
        """What it is written as, a plain name."""
        names = [match[1] for comment in self.comments if (match := FILE_COMMENT.fullmatch(comment))]
        return names[0] if names else None


def blocks(text: str) -> list[Block]:
    found: list[Block] = []
    comments: list[str] = []
    lines = enumerate(text.splitlines(), start=1)
    for number, line in lines:
        if fence := FENCE.fullmatch(line):
            body: list[str] = []
            for _, inner in lines:
                if inner == "```":
                    break
                body.append(inner)
            else:
                raise ValueError(f"line {number}: the block is not closed")
            found.append(Block(number, fence[1], tuple(body), tuple(comments)))
            comments = []
        elif line.lstrip().startswith("```"):
            raise ValueError(f"line {number}: a fence starts at the margin and names at most a language")
        elif line.startswith("<!--"):
            comments.append(line)
        else:
            comments = []
    return found


def commands(block: Block) -> list[tuple[str, str]]:
    """The block's commands, each with the output shown below it."""
    found: list[tuple[str, str]] = []
    for line in block.lines:
        if found and found[-1][0].endswith("\\") and not found[-1][1]:
            found[-1] = (f"{found[-1][0]}\n{line}", "")
        elif line.startswith("$ "):
            found.append((line[2:], ""))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}{line}\n")
        else:
            raise ValueError(f"line {block.line}: a console block starts with '$ '")
    return found


def run(command: list[str], cwd: Path) -> tuple[int, str]:
    """Exit code, and output and errors as a terminal shows them."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    done = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | {"PATH": path, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout.decode()


def play(document: Path, cwd: Path) -> None:
    """Run the blocks of a document in order; AssertionError names the first line that is not true."""
    for block in blocks(document.read_text(encoding="utf-8")):
        where = f"{document.name}:{block.line}"
        if block.file is not None:
            (cwd / block.file).write_text("".join(f"{line}\n" for line in block.lines), encoding="utf-8")
        elif block.language == "python":
            code, printed = run([sys.executable, "-c", "\n".join(block.lines)], cwd)
            assert code == block.exit_code, f"{where}: exit code {code}\n{printed}"
        elif block.language == "console":
            todo = commands(block)
            for index, (command, shown) in enumerate(todo, start=1):
                expected = block.exit_code if index == len(todo) else 0
                code, printed = run(["/bin/sh", "-c", command], cwd)
                assert code == expected, f"{where}: $ {command}\nexit code {code}\n{printed}"
                if block.checked:
                    assert printed == shown, f"{where}: $ {command}\nprints something else"


def documents() -> list[Path]:
    """The README, there or not, and every page that has something to run."""
    pages = sorted((ROOT / "docs").rglob("*.md"))
    return [README, *(page for page in pages if RUNNABLE.search(page.read_text(encoding="utf-8")))]


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_document_runs(document: Path, tmp_path: Path) -> None:
    play(document, tmp_path)


@pytest.mark.parametrize("name", ["run", "test"])
def test_readme_has_the_line_that_ci_runs(name: str) -> None:
    text = README.read_text(encoding="utf-8")
    marked = [block for block in blocks(text) if f"<!-- {name} line -->" in block.comments]
    assert [(block.language, len(block.lines)) for block in marked] == [("sh", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "```console\n$ echo one > file\n$ cat file\n```\n",
        "<!-- exit 3 -->\n```console\n$ true\n$ exit 3\n```\n",
        "<!-- checked -->\n```console\n$ echo one; \\\necho two\none\ntwo\n$ true\n```\n",
        "```python\nopen('file', 'w').close()\n```\ntext\n```console\n$ test -e file\n```\n",
        "```console\n$ echo unchecked\nanything\n```\n",
        "```sh\nfalse\n```\n",
        "<!-- file a.yaml -->\n```yaml\na: 1\n```\n<!-- checked -->\n```console\n$ cat a.yaml\na: 1\n```\n",
    ],
    ids=["one directory", "exit code", "output", "one directory for Python", "unchecked output", "not run", "a file"],
)
def test_true_documents_pass(text: str, tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(text)
    play(document, tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("text\n\n```console\n$ exit 3\n```\n", r"page.md:3: \$ exit 3\s+exit code 3"),
        ("<!-- exit 3 -->\n```console\n$ true\n```\n", "exit code 0"),
        ("<!-- exit 3 -->\n```console\n$ exit 3\n$ exit 3\n```\n", "exit code 3"),
        ("<!-- checked -->\n```console\n$ printf one\none\n```\n", "prints something else"),
        ("```python\nraise SystemExit(1)\n```\n", "exit code 1"),
    ],
    ids=["fails", "does not fail", "fails too early", "byte for byte", "Python fails"],
)
def test_untrue_documents_fail(text: str, said: str, tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(text)
    with pytest.raises(AssertionError, match=said):
        play(document, tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- item\n\n  ```console\n  $ false\n  ```\n", "line 3: a fence starts at the margin"),
        ("```python\nfalse\n", "line 1: the block is not closed"),
        ("```console\nfalse\n```\n", "line 1: a console block starts with"),
    ],
    ids=["indented", "not closed", "no prompt"],
)
def test_blocks_that_would_not_run_are_refused(text: str, said: str, tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(text)
    with pytest.raises(ValueError, match=said):
        play(document, tmp_path)
