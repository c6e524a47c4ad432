"""Names of the language from names that others gave."""

from __future__ import annotations

import re

MAX_LENGTH = 80
FALLBACK = "project"


def valid_name(text: str) -> str:
    """The text as a name: lower case, a hyphen for what is not allowed; the same text always gives the same name."""
    name = re.sub(r"[^a-z0-9_.+-]+", "-", text.lower()).lstrip("_.+-")
    return name[:MAX_LENGTH].rstrip("-") or FALLBACK
