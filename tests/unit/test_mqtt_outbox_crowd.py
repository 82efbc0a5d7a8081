"""A crowd of commands while the broker is there: no event is lost; away, the last 200 stay."""

from __future__ import annotations

from edge.mqtt.outbox import CROWD, EVENTS, Outbox


def filled(outbox: Outbox, count: int) -> None:
    for number in range(count):
        outbox.add("event", {"id": f"{number:08}"}, 0.0)


def sent(outbox: Outbox) -> list[str]:
    """The ids of all that is due."""
    found = []
    while letters := outbox.due(1.0, 20):
        for letter in letters:
            outbox.delivered(letter)
            found.append(letter.event_id or "")
    return found


def test_none_is_lost_while_the_broker_is_there() -> None:
    outbox = Outbox()
    outbox.reopen(0.0)
    filled(outbox, 10_000)
    assert sent(outbox) == [f"{number:08}" for number in range(10_000)]


def test_the_end_of_a_session_leaves_the_newest() -> None:
    outbox = Outbox()
    outbox.reopen(0.0)
    filled(outbox, 1000)
    outbox.shut()
    outbox.reopen(1.0)
    assert sent(outbox) == [f"{number:08}" for number in range(1000 - EVENTS, 1000)]


def test_it_is_bounded_all_the_same() -> None:
    outbox = Outbox()
    outbox.reopen(0.0)
    filled(outbox, CROWD + 5)
    assert len(sent(outbox)) == CROWD
