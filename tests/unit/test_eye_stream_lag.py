"""A stream that is decoded too slowly is noticed; one that stumbles is not blamed."""

from __future__ import annotations

from edge.eye.stream_lag import StreamLag


def test_in_time_is_no_lag() -> None:
    lag = StreamLag()
    assert [lag.after(100 + n / 25, 7 + n / 25) < 0.01 for n in range(100)] == [True] * 100


def test_what_came_at_once_at_the_beginning_does_not_count() -> None:
    """Cameras send what they have kept since the last whole picture."""
    lag = StreamLag()
    for n in range(50):
        lag.after(n / 25, 10.0)
    assert lag.after(2.04, 10.04) < 0.1


def test_decoding_at_half_the_speed_falls_behind() -> None:
    lag = StreamLag()
    late = [lag.after(n / 25, 2 * n / 25) for n in range(200)]
    assert late[-1] > 7
    assert late == sorted(late)


def test_a_stall_is_made_up_for() -> None:
    lag = StreamLag()
    for n in range(25):
        lag.after(n / 25, n / 25)
    assert lag.after(1.0, 3.0) > 1.9
    for n in range(1, 100):
        late = lag.after(1.0 + n / 25, 3.0 + n / 50)
    assert late < 0.05


def test_a_clock_that_was_set_begins_anew() -> None:
    lag = StreamLag()
    for n in range(50):
        lag.after(500 + n / 25, n / 25)
    assert lag.after(0.0, 2.0) == 0
    assert lag.after(0.04, 2.04) < 0.01
    assert lag.after(9000.0, 2.08) == 0
