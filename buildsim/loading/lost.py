"""Names that may have been defined in what was left out: to miss one of them is no mistake of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from buildsim.loading.document import Document, Path, keys_in

_OF_NAMES = frozenset(
    [
        "activities",
        "calendars",
        "pools",
        "supplies",
        "templates",
        "sources",
        "branches",
        "catalogs",
        "sites",
        "regions",
        "region",
        "use",
    ]
)
_OF_REFERENCES = ("crew", "inputs", "shares")  # their keys are defined elsewhere
_MERGE_KEY = "<<"
_OF_ACTIVITIES = ("strategies", "templates", "phases", "halls", "sites")
_SEPARATORS = re.compile("[/:#]")


@dataclass(frozen=True, slots=True)
class Lost:
    """What may have been defined in the gaps of a scenario's documents."""

    names: frozenset[str] = frozenset()
    """All keys that were left out, those of fields as well."""
    anything: bool = False
    """True if any name may be missing, as those of a file that cannot be read."""
    activities: bool = False
    """True if any activity may be missing, as those of a template that is left out."""

    def may_name(self, name: str) -> bool:
        """True if `name`, or a step of it as in ``hall/activity:order``, may have been defined."""
        return self.anything or not self.names.isdisjoint(_SEPARATORS.split(name))

    def may_name_activity(self, name: str) -> bool:
        """True if an activity, hall or order of that name may have been defined."""
        return self.activities or self.may_name(name)

    def may_match(self, pattern: str) -> bool:
        """True if a pattern of targets may have matched something."""
        *before, last = _SEPARATORS.split(pattern)
        if before == ["stage"] and "stage" in self.names:
            return True
        return self.activities or self.anything or any(fnmatchcase(name, last) for name in self.names)


def lost_in(documents: Iterable[Document], *, anything: bool) -> Lost:
    """What may have been defined in the gaps of the documents, and in files that are missing (`anything`)."""
    names: set[str] = set()
    activities = False
    for document in documents:
        for path, value in document.gaps.items():
            found = set(keys_in(value))
            if not any(key in _OF_REFERENCES for key in path[-2:-1]):
                names |= found | {str(key) for key in path[-1:]}
            # where names are expected and nothing like a mapping is found, nobody knows them
            unknown_names = not found and (path[-2:-1] == ("regions",) or any(key in _OF_NAMES for key in path[-1:]))
            anything = anything or unknown_names or _MERGE_KEY in found
            activities = activities or _may_change_activities(path)
    return Lost(frozenset(names), anything, activities)


def _may_change_activities(path: Path) -> bool:
    return any(key in _OF_ACTIVITIES for key in path[-2:])
