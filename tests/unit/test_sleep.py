"""The sleep timer."""

from __future__ import annotations

from edge.messages import Now, Pause, Played, Tick
from edge.mind import sleep
from edge.mind.situation import ToPlayer, Turn
from tests.unit.test_ahead import HELLO
from tests.unit.test_conductor import Session


def begun() -> Session:
    one = Session()
    one.send(HELLO)
    one.send(Played(at=one.at, state="stopped"))
    one.ask("override", "happy")
    one.ask("play")
    return one


def ask(session: Session, minutes: float) -> None:
    turn = Turn(session.situation, Now(at=session.at, wall=1_000_000 + session.at), 0.0)
    sleep.ask(turn, minutes)
    session.situation = turn.situation


def test_it_fades_so_that_it_is_quiet_in_time_and_stays_so() -> None:
    session = begun()
    ask(session, 10)
    assert session.state.sleep_until == 1_000_000 + session.at + 600
    session.at += 579
    session.send(Tick())
    assert session.state.player == "playing"
    session.at += 2
    session.effects.clear()
    session.send(Tick())
    (pause,) = [e.message for e in session.effects if isinstance(e, ToPlayer)]
    assert isinstance(pause, Pause)
    assert 18.0 <= pause.fade_s <= 20.0
    assert session.state.sleep_until is None
    assert session.situation.quiet == "listener"
    session.at += 3600
    session.send(Tick())
    assert session.state.player == "paused"


def test_nought_takes_it_back() -> None:
    session = begun()
    ask(session, 1)
    ask(session, 0)
    assert session.state.sleep_until is None
    session.at += 100
    session.send(Tick())
    assert session.state.player == "playing"
