"""Draws the pictures of the README: `python benchmarks/pictures.py`.

Plays `quickstart` and `us-2026` on the compiled kernel and writes docs/pictures/*.svg, each light and dark. Beside each
stands the command that draws it: `buildsim plot KIND SCENARIO -o FILE`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import buildsim

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
REPLICATIONS = 200


class Picture(NamedTuple):
    """What a picture shows."""

    kind: str
    scenario: str
    site: str | None = None


PICTURES = (
    Picture("s-curve", "us-2026"),
    Picture("ramp", "us-2026"),
    Picture("gantt", "quickstart"),
    Picture("waterfall", "quickstart"),
)


def main() -> None:
    """Draw them all."""
    FOLDER.mkdir(exist_ok=True)
    studies = {
        name: buildsim.run(name, replications=REPLICATIONS, engine="kernel", details=True)
        for name in dict.fromkeys(picture.scenario for picture in PICTURES)
    }
    for picture in PICTURES:
        for suffix, dark in (("", False), ("-dark", True)):
            chart = studies[picture.scenario].plot(picture.kind, site=picture.site, dark=dark)
            chart.save(str(FOLDER / f"{picture.scenario}-{picture.kind}{suffix}.svg"))


if __name__ == "__main__":
    main()
