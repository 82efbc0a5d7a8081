"""Calibration on real readings: faces that rest sad become neutral, and sad ones stay sad."""

from __future__ import annotations

from tests.bench.rest import Bench


def test_most_faces_that_rest_sad_become_neutral_and_can_still_be_sad() -> None:
    bench = Bench(spells=1, singles=3)
    assert len(bench.people) == 62
    assert bench.at_rest(bench.usual) == 0
    assert bench.at_rest(bench.calibrated) >= 0.9
    assert bench.spells("sad", bench.calibrated) >= 0.8
    assert bench.spells("disgust", bench.calibrated) >= 0.95
    assert bench.singles(bench.calibrated) > 0.55
