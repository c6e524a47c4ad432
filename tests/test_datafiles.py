"""Finding data by name: beside the using file, then among the shipped; names are never paths."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from buildsim import datafiles
from buildsim.errors import BuildsimError, UnknownNameError
from buildsim.loading.yaml_file import read_document


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package inside a zip file, with two catalogs and a site: no path leads to its files."""
    archive = tmp_path / "package.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("catalogs/power.yaml", "catalogs/chips.yaml", "catalogs/README.md", "sites/abilene.yaml"):
            file.writestr(f"buildsim/_data/{name}", f"name: {name}\n")
    with zipfile.ZipFile(archive) as file:
        monkeypatch.setattr(datafiles, "files", lambda package: zipfile.Path(file, f"{package}/"))
        yield


def user_file(tmp_path: Path, name: str) -> Path:
    file = tmp_path / "work" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"name: my {name}\n")
    return file


def test_shipped_names_are_sorted_stems() -> None:
    assert datafiles.shipped("catalogs") == ["chips", "power"]


def test_a_shipped_file_is_found_and_can_be_read() -> None:
    found = datafiles.find("catalogs", "chips", None)
    assert (found.display, found.shadows) == ("catalogs/chips.yaml", None)
    assert read_document(found.file, found.display).data == {"name": "catalogs/chips.yaml"}


@pytest.mark.parametrize("place", ["mine.yaml", "sites/mine.yaml"])
def test_a_file_beside_the_using_one_or_in_the_subfolder_of_its_kind_is_found(tmp_path: Path, place: str) -> None:
    scenario = user_file(tmp_path, "question.yaml")
    mine = user_file(tmp_path, place)
    assert datafiles.find("sites", "mine", scenario) == datafiles.Found(mine, str(mine), None)


def test_a_local_file_that_hides_a_shipped_one_says_so(tmp_path: Path) -> None:
    scenario = user_file(tmp_path, "question.yaml")
    mine = user_file(tmp_path, "catalogs/power.yaml")
    assert datafiles.find("catalogs", "power", scenario) == datafiles.Found(mine, str(mine), "catalogs/power.yaml")


def test_the_same_folder_comes_before_its_subfolder(tmp_path: Path) -> None:
    scenario = user_file(tmp_path, "question.yaml")
    user_file(tmp_path, "sites/mine.yaml")
    mine = user_file(tmp_path, "mine.yaml")
    assert datafiles.find("sites", "mine", scenario).file == mine


def test_a_file_never_finds_itself(tmp_path: Path) -> None:
    scenario = user_file(tmp_path, "abilene.yaml")
    assert datafiles.find("sites", "abilene", scenario).file != scenario


def test_a_checkout_has_its_data_beside_the_package_and_they_do_not_shadow_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = tmp_path / "work"
    power = user_file(tmp_path, "catalogs/power.yaml")
    user_file(tmp_path, "buildsim/datafiles.py")
    monkeypatch.setattr(datafiles, "files", lambda package: checkout / package)
    monkeypatch.setattr(datafiles, "__file__", str(checkout / "buildsim" / "datafiles.py"))
    assert datafiles.folder("catalogs") == checkout / "catalogs"
    found = datafiles.find("catalogs", "power", user_file(tmp_path, "question.yaml"))
    assert (found.file, found.shadows) == (power, None)
    with pytest.raises(BuildsimError, match="no sites"):
        datafiles.folder("sites")


@pytest.mark.parametrize("name", ["sites/abilene.yaml", "../abilene", "abilene.yaml", "C:\\abilene"])
def test_a_path_is_refused_as_a_name(name: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        datafiles.find("sites", name, None)
    assert str(caught.value) == (
        f'"{name}" looks like a path; sites are named, never given as paths\n'
        "  expected: a name of lower-case letters, digits and hyphens\n"
        "  did you mean abilene?"
    )


def test_a_malformed_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        datafiles.find("sites", "Abilene", None)
    assert (caught.value.message, caught.value.hint) == ('"Abilene" cannot be a name', "abilene")


def test_an_unknown_name_is_shown_with_the_nearest_and_the_places_searched(tmp_path: Path) -> None:
    scenario = user_file(tmp_path, "question.yaml")
    user_file(tmp_path, "catalogs/cooling.yaml")
    with pytest.raises(UnknownNameError) as caught:
        datafiles.find("catalogs", "coolin", scenario)
    work = tmp_path / "work"
    assert str(caught.value) == (
        f'nothing among the catalogs is called "coolin"; searched: {work}/, {work / "catalogs"}/, '
        "the shipped catalogs\n  did you mean cooling?"
    )
