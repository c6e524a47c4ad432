from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from buildsim.engine import select as module
from buildsim.engine.select import select
from buildsim.errors import InputError


def test_auto_needs_no_compiler() -> None:
    code = "import sys; from buildsim.engine.select import select; print(select('auto')[0], 'numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "reference False\n"


def test_the_kernel_without_its_compiler_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"needs numba.*\n.*buildsim\[kernel\]"):
        select("kernel")


@pytest.mark.parametrize("writable", [True, False])
def test_the_cache_is_the_users_or_else_a_temporary_one(tmp_path: Path, writable: bool) -> None:
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    temporary.mkdir()
    # a file where the folder should be cannot be written, not even by root
    home.mkdir() if writable else home.write_text("")
    code = "from buildsim.engine.kernel.cache import use_own_cache; print(use_own_cache())"
    environment = {**os.environ, "XDG_CACHE_HOME": str(home), "TMPDIR": str(temporary)}
    environment.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).is_relative_to(home if writable else temporary)


def test_a_cache_that_the_user_chose_stays(tmp_path: Path) -> None:
    code = "from buildsim.engine.kernel.cache import use_own_cache; print(use_own_cache())"
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"
