from __future__ import annotations

import pytest

from buildsim_api.representation import preferred

OFFERED = ["application/json", "text/csv", "application/vnd.apache.parquet"]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv"),
        ("application/json;q=0.2, */*;q=0.1", "application/json"),
        ("*/*, application/json;q=0", "text/csv"),
        ("image/png, application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        ("image/png", None),
        ("text/csv;q=0", None),
        ("text/csv;q=many", None),
        ("", None),
    ],
)
def test_the_form_with_the_largest_weight_is_given(accept, media):
    assert preferred(accept, OFFERED) == media
