"""The collector of garbage rests while much is built, and is left as it was found."""

from __future__ import annotations

import gc

import pytest

from buildsim.uncollected import uncollected


def test_the_collector_rests_inside_and_goes_on_after_it():
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_an_error():
    with pytest.raises(ValueError, match="wrong"), uncollected():
        raise ValueError("wrong")
    assert gc.isenabled()


def test_one_that_was_off_stays_off():
    gc.disable()
    try:
        with uncollected(), uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
