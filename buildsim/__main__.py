"""``python -m buildsim`` is the command ``buildsim``."""

from __future__ import annotations

import sys

from buildsim.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
