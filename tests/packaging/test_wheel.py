"""What a built wheel holds: two packages, and exactly the YAML folders of the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from buildsim.schema.published import Kind

ROOT = Path(__file__).resolve().parents[2]
DATA_FOLDERS = ("catalogs", "sites", "scenarios")


@pytest.fixture(scope="module")
def wheel_files(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    build = subprocess.run(command, capture_output=True, text=True, check=False)
    assert build.returncode == 0, build.stdout + build.stderr
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def git_files(folder: str) -> set[str]:
    """Files of a folder that are committed, or would be by `git add`; ignored ones only if committed."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return set(listed.split("\0")) - {""}


def test_top_level_is_the_two_packages(wheel_files: set[str]) -> None:
    top_level = {PurePosixPath(name).parts[0] for name in wheel_files}
    assert {name for name in top_level if not name.endswith(".dist-info")} == {"buildsim", "buildsim_api"}


def test_wheel_says_that_it_is_typed(wheel_files: set[str]) -> None:
    assert "buildsim/py.typed" in wheel_files


def test_wheel_holds_the_published_schemas(wheel_files: set[str]) -> None:
    commands = ("run", "whatif", "compare", "bottlenecks", "orderby", "level", "sweep", "sensitivity", "status")
    names = (*commands, "backtest", "due")
    results = {f"buildsim/present/{name}.schema.json" for name in names}
    schemas = results | {f"buildsim/schema/json/{kind}.schema.json" for kind in Kind}
    assert schemas <= wheel_files


@pytest.mark.parametrize("folder", DATA_FOLDERS)
def test_wheel_holds_the_data_files_that_git_holds(wheel_files: set[str], folder: str) -> None:
    prefix = "buildsim/_data/"
    in_wheel = {name.removeprefix(prefix) for name in wheel_files if name.startswith(f"{prefix}{folder}/")}
    assert in_wheel
    assert in_wheel == git_files(folder)


@pytest.mark.parametrize("folder", DATA_FOLDERS)
def test_data_folders_hold_no_python(folder: str) -> None:
    # With one in them hatchling refuses an editable install.
    assert (ROOT / folder).is_dir()
    assert list((ROOT / folder).rglob("*.py")) == []
