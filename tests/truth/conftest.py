"""Makes `groundtruth`, which the page of figures uses too, importable for the tests beside it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def truth() -> Path:
    """The folder with files that may not be copied: the environment variable BUILDSIM_TRUTH names it."""
    folder = os.environ.get("BUILDSIM_TRUTH")
    if not folder:
        pytest.skip("BUILDSIM_TRUTH is not set: it names the folder that holds psplib/, which may not be copied")
    return Path(folder)
