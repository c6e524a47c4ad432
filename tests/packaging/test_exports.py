"""The public names of the package."""

from __future__ import annotations

import buildsim


def test_every_exported_name_exists_once() -> None:
    assert buildsim.__all__
    assert len(set(buildsim.__all__)) == len(buildsim.__all__)
    assert [name for name in buildsim.__all__ if not hasattr(buildsim, name)] == []
