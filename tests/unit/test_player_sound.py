"""Keeping a loudspeaker: found, lost, missed, found again; the listener's box hears of changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from edge.errors import AudioError
from edge.messages import Part
from edge.player.sound import Sound
from edge.player.speaker import Fill
from edge.ports import Samples
from tests.waiting import until


class Card:
    """A loudspeaker that can be pulled out and put back."""

    driver = "card"
    delay_s = 0.1
    chunk = 1024

    def __init__(self) -> None:
        self.there = True
        self.back = False
        self.started = False
        self.muted = False
        self.closed = False

    def start(self) -> None:
        self.started = True

    def alive(self) -> bool:
        return self.there

    def stalled(self) -> bool:
        return False

    def mute(self) -> None:
        self.muted = True

    def returned(self) -> bool:
        return self.back

    def close(self) -> None:
        self.closed = True


class Machine:
    """A machine with or without a card."""

    def __init__(self, *, card: bool) -> None:
        self.card = card
        self.anything = card
        self.plugged = 0
        self.opened: list[Card] = []
        self.searched = 0

    def any(self) -> bool:
        return self.anything

    def find(self) -> str:
        self.searched += 1
        if not self.card:
            raise AudioError("There is no loudspeaker to play on (card: none).")
        return "card"

    def open(self, fill: Fill, driver: str) -> Card:
        assert all(card.closed for card in self.opened), "two devices open at once"
        self.opened.append(Card())
        return self.opened[-1]

    def signs(self) -> object:
        return self.plugged


class Told:
    """What the player says of its sound, and the samples that were asked for."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.asked = 0

    def fill(self, target: Samples) -> None:
        self.asked += len(target)

    def oks(self) -> list[bool]:
        return [part.ok for part in self.parts]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def machine() -> Machine:
    return Machine(card=True)


@pytest.fixture
def sound(machine: Machine, told: Told) -> Iterator[Sound]:
    one = Sound(told.fill, machine, told.parts.append)
    yield one
    one.close()
    assert all(card.closed for card in machine.opened)
    assert "sound" not in {thread.name for thread in threading.enumerate()}


def test_a_card_is_opened_and_told(sound: Sound, machine: Machine, told: Told) -> None:
    sound.start()
    sound.wait(5.0)
    assert sound.driver == "card"
    assert sound.delay_s == 0.1
    assert machine.opened[0].started
    assert told.oks() == [True]


def test_without_a_card_time_passes_silently_and_a_plugged_one_is_noticed(
    sound: Sound, machine: Machine, told: Told
) -> None:
    machine.card = machine.anything = False
    sound.start()
    sound.wait(5.0)
    until(lambda: told.asked > 10_000)
    assert sound.driver is None
    assert sound.part is not None
    assert "no loudspeaker" in sound.part.message
    until(lambda: machine.searched >= 2)
    assert told.oks() == [False]  # said once, however often it is tried
    machine.card, machine.plugged = True, 1
    until(lambda: sound.driver == "card")
    assert told.oks() == [False, True]


def test_a_lost_card_holds_the_song_and_gives_back_what_nobody_heard(
    machine: Machine, told: Told
) -> None:
    unheard: list[float] = []
    sound = Sound(told.fill, machine, told.parts.append, take_back=unheard.append)
    sound.start()
    sound.wait(5.0)
    card = machine.opened[0]
    assert not sound.held
    machine.card = card.there = False
    until(lambda: sound.held)
    assert card.muted
    assert not card.closed  # it is what hears of a return
    assert len(unheard) == 1
    assert 0.1 < unheard[0] < 0.3
    assert told.asked == 0  # nothing is played into nowhere
    machine.card = card.back = True
    until(lambda: sound.driver == "card")
    assert card.closed
    assert not sound.held
    assert told.oks() == [True, False, True]
    sound.close()


def test_a_card_that_is_busy_from_the_start_is_waited_for(
    sound: Sound, machine: Machine, told: Told
) -> None:
    machine.card, machine.anything = False, True
    sound.start()
    sound.wait(5.0)
    assert sound.held
    assert sound.part is not None
    assert "waits" in sound.part.message
    machine.card, machine.plugged = True, 1
    until(lambda: sound.driver == "card")
    assert not sound.held


def test_silence_on_purpose_is_no_fault(told: Told) -> None:
    one = Sound(told.fill, None, told.parts.append)
    one.start()
    one.wait(5.0)
    until(lambda: told.asked > 0)
    one.close()
    assert told.oks() == [True]
    assert one.driver is None
