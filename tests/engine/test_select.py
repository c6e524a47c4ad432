from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from buildsim.engine import select as module
from buildsim.engine.kernel import cache
from buildsim.engine.kernel.cache import is_compiled, kept_folder
from buildsim.engine.select import COMPILE_SECONDS, LOAD_SECONDS, select
from buildsim.errors import InputError

NAMES = ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME", "TMPDIR", "NUMBA_CPU_NAME")

FILLED = "(cache.folder / 'part').mkdir(exist_ok=True); (cache.folder / 'part' / 'code').write_text('{0}')"
"""What a compiler would leave."""
OPENED = "from buildsim.engine.kernel.cache import _open, is_compiled; cache = _open()"
"""What `open_cache` does before it imports the compiler, which takes long."""


def python(code: str, **places: Path) -> str:
    """What a new process prints for which the only folders are those that are given."""
    given = {name: value for name, value in os.environ.items() if name not in NAMES}
    environment = given | {name: str(place) for name, place in places.items()}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder without anything in it, and a process that has not loaded the kernel."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delitem(sys.modules, module.KERNEL, raising=False)
    return tmp_path


def chosen(seconds: float, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(module, "_kernel", lambda threads: None)
    return select("auto", seconds)[0]


def test_auto_compiles_only_where_the_reference_engine_would_take_longer(empty, monkeypatch):
    assert chosen(0.0, monkeypatch) == "reference"
    assert chosen(COMPILE_SECONDS, monkeypatch) == "reference"
    assert chosen(1.01 * (COMPILE_SECONDS + LOAD_SECONDS), monkeypatch) == "kernel"


def test_auto_takes_a_kernel_that_is_compiled_where_it_saves_more_than_it_takes_to_load(empty, monkeypatch):
    kept_folder().mkdir(parents=True)
    assert chosen(0.9 * LOAD_SECONDS, monkeypatch) == "reference"
    assert chosen(1.1 * LOAD_SECONDS, monkeypatch) == "kernel"


def test_auto_takes_a_kernel_that_is_loaded_unless_little_is_to_be_played(empty, monkeypatch):
    monkeypatch.setitem(sys.modules, module.KERNEL, module)
    assert chosen(0.9 * LOAD_SECONDS, monkeypatch) == "reference"  # so that what went before does not matter
    assert chosen(1.1 * LOAD_SECONDS, monkeypatch) == "kernel"


def test_auto_without_a_compiler_is_the_reference_engine(empty, monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    assert chosen(1e6, monkeypatch) == "reference"


def test_the_kernel_without_its_compiler_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"needs numba.*\n.*buildsim\[kernel\]"):
        select("kernel")


def test_neither_auto_nor_the_question_whether_it_is_compiled_imports_the_compiler(tmp_path):
    code = (
        "import sys; from buildsim.engine.select import select; from buildsim.engine.kernel.cache import is_compiled\n"
        "print(select('auto', 2.0)[0], is_compiled(), 'numba' in sys.modules)"
    )
    assert python(code, NUMBA_CACHE_DIR=tmp_path) == "reference False False"


SELECTED = "from buildsim.engine.select import select; select('kernel')"


@pytest.mark.parametrize(
    ("places", "said"), [({}, ["", "run alone"]), ({"HOME": "home"}, ["once"])], ids=["nowhere", "home"]
)
def test_compiling_is_announced(tmp_path, places, said):
    (tmp_path / "home").mkdir()
    (tmp_path / "file").write_text("")
    given = {name: tmp_path / place for name, place in places.items()} or {"XDG_CACHE_HOME": tmp_path / "file"}
    code = f"import sys; sys.stderr = sys.stdout\n{SELECTED}"
    printed = python(code, **given)
    assert printed.startswith("note: compiling the kernel, ")
    assert all(text in printed for text in said)


def test_a_kernel_that_is_compiled_is_taken_in_silence(tmp_path):
    python(f"{OPENED}; {FILLED}; cache.publish()", NUMBA_CACHE_DIR=tmp_path)
    assert python(f"import sys; sys.stderr = sys.stdout\n{SELECTED}", NUMBA_CACHE_DIR=tmp_path) == ""


@pytest.mark.parametrize("variable", ["NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME"])
def test_code_is_kept_where_the_user_says(tmp_path, variable):
    printed = python(
        f"{OPENED}; {FILLED}; print(is_compiled()); cache.publish(); print(is_compiled())", **{variable: tmp_path}
    )
    assert printed.split() == ["False", "True"]
    assert [file.name for file in tmp_path.rglob("code")] == ["code"]
    assert python(f"{OPENED}; print(cache.compiled)", **{variable: tmp_path}) == "True"


@pytest.mark.parametrize("variable", ["NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME"])
def test_where_nothing_can_be_kept_a_temporary_folder_serves(tmp_path, variable):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    # a file where the folder should be cannot be written, not even by root
    (tmp_path / "home").write_text("")
    code = f"{OPENED}; {FILLED}; cache.publish(); print(cache.folder, cache.kept)"
    folder, kept = python(code, **{variable: tmp_path / "home"}, TMPDIR=temporary).rsplit(" ", 1)
    assert Path(folder).parent == temporary
    assert kept == "None"
    assert list(temporary.iterdir()) == []  # nothing stays behind


def test_a_cache_that_can_only_be_read_is_read(empty, monkeypatch):
    kept = kept_folder()
    (kept / "part").mkdir(parents=True)
    (kept / "part" / "code").write_text("compiled")
    monkeypatch.setattr(cache.os, "access", lambda path, mode: mode & os.W_OK == 0)
    found = cache._open()
    assert found.compiled
    assert found.folder != kept
    assert (found.folder / "part" / "code").read_text() == "compiled"


def test_of_two_that_compile_at_once_the_first_is_kept_whole(empty):
    first, second = cache._open(), cache._open()
    for number, each in enumerate((first, second)):
        assert not each.compiled
        (each.folder / "code").write_text(str(number))
    assert not is_compiled()
    first.publish()
    second.publish()
    assert (kept_folder() / "code").read_text() == "0"
    assert (second.folder / "code").read_text() == "1"  # which goes on with its own


def test_code_for_another_processor_or_compiler_is_not_taken(empty, monkeypatch):
    def kept() -> Path:
        cache._digest.cache_clear()
        return kept_folder()

    before = kept()
    assert kept() == before
    monkeypatch.setenv("NUMBA_CPU_NAME", "generic")
    generic = kept()
    monkeypatch.setattr(cache, "version", lambda name: "0")
    other = kept()
    cache._digest.cache_clear()
    assert len({before, generic, other}) == 3


def test_a_kernel_that_nothing_can_be_written_for_is_refused_and_not_chosen(monkeypatch):
    def fail() -> None:
        raise FileNotFoundError

    monkeypatch.setattr(cache, "open_cache", fail)
    with pytest.raises(InputError, match="NUMBA_CACHE_DIR or TMPDIR"):
        select("kernel")
    monkeypatch.setattr("buildsim.engine.select.KERNEL", "not loaded yet")
    assert select("auto", 1000 * COMPILE_SECONDS)[0] == "reference"
