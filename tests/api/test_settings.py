from __future__ import annotations

from pathlib import Path

import pytest

from buildsim_api.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "serve.md"


def test_the_guide_has_every_setting_with_its_default():
    text = PAGE.read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory is not None else f" = `{field.default}`"
        assert f"| `BUILDSIM_{name.upper()}`{default} |" in text


@pytest.mark.parametrize(
    ("keys", "host", "required"),
    [
        ("auto", "127.0.0.1", False),
        ("auto", "::1", False),
        ("auto", "localhost", False),
        ("auto", "0.0.0.0", True),
        ("auto", "::", True),
        ("auto", "planner.example", True),
        ("off", "0.0.0.0", False),
        ("required", "127.0.0.1", True),
    ],
)
def test_keys_are_needed_wherever_others_may_come_from(keys, host, required):
    assert Settings(keys=keys).keys_required(host) is required


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("BUILDSIM_MAX_POINTS", "7")
    assert Settings().max_points == 7
