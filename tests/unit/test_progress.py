"""Progress is shown to a person and to nobody else, on one line that goes away."""

from __future__ import annotations

import io

from edge.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_person_sees_one_line_that_renews_itself_now_and_then() -> None:
    err, times = Terminal(), iter([0.0, 0.1, 0.2, 0.5, 0.9])
    with Progress(err, io.StringIO(), lambda: next(times)) as progress:
        for number in range(4):
            progress.show(lambda number=number: f"{number} pictures")  # type: ignore[misc]  # bound
    shown = [text for text in err.getvalue().split("\r") if text.strip()]
    assert shown == ["0 pictures", "2 pictures", "3 pictures"]
    assert err.getvalue().endswith("\r          \r")


def test_nothing_is_shown_into_a_file_or_among_answers() -> None:
    for err, out in ((io.StringIO(), io.StringIO()), (Terminal(), Terminal())):
        with Progress(err, out) as progress:
            progress.show(lambda: "1 picture")
        assert err.getvalue() == ""
