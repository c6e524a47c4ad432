"""Files and folders are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from buildsim.errors import InputError
from buildsim.studies import files
from buildsim.studies.files import check_writable, write_file, write_folder


def interrupt(*args: object, **options: object) -> None:
    raise KeyboardInterrupt


def test_an_interrupted_file_keeps_what_was_there(tmp_path, monkeypatch):
    target = tmp_path / "result.json"
    target.write_text("old")
    monkeypatch.setattr(files.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_file(target, b"new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("result.json", "old")]


def test_a_new_file_has_the_usual_mode(tmp_path):
    (tmp_path / "usual").touch()
    write_file(tmp_path / "new", b"new")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_folders_are_replaced_whole(tmp_path):
    write_folder(tmp_path / "kept", {"a": b"1", "b": b"2"})
    write_folder(tmp_path / "kept", {"c": b"3"})
    assert [path.name for path in tmp_path.rglob("*")] == ["kept", "c"]


def test_a_link_to_a_folder_stays(tmp_path):
    write_folder(tmp_path / "real", {"a": b"1"})
    (tmp_path / "link").symlink_to("real")
    write_folder(tmp_path / "link", {"b": b"2"})
    assert (tmp_path / "link").is_symlink()
    assert [path.name for path in (tmp_path / "real").iterdir()] == ["b"]


@pytest.mark.parametrize("renames", [0, 1], ids=["before the move", "between the two moves"])
def test_an_interrupted_folder_keeps_what_was_there(tmp_path, monkeypatch, renames):
    write_folder(tmp_path / "kept", {"a": b"old"})
    rename, done = Path.rename, []

    def interrupted_rename(self: Path, target: Path) -> Path:
        if len(done) == renames:
            done.append(None)
            raise KeyboardInterrupt
        done.append(None)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted_rename)
    with pytest.raises(KeyboardInterrupt):
        write_folder(tmp_path / "kept", {"a": b"new"})
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept" / "a").read_bytes() == b"old"


def test_devices_are_written_directly():
    check_writable(Path(os.devnull))
    write_file(Path(os.devnull), b"anything")
    assert Path(os.devnull).is_char_device()


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    for place in (tmp_path / "file" / "x", tmp_path / "missing" / "x"):
        for action in (check_writable, lambda path: write_file(path, b""), lambda path: write_folder(path, {})):
            with pytest.raises(InputError, match="cannot be written"):
                action(place)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
