"""From typed words to the arguments of a request."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from edge.commands import ACTIONS, REQUESTS, Action, Argument
from edge.commands.door import check
from edge.ctl.forms import arguments, natural
from edge.ctl.helped import example, forms
from edge.errors import CommandError

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone(timedelta(hours=2)))
ID, OTHER = "1e9ded8f525a97ce5d965ee2", "2766a24ead892f030c65eff0"
LOCAL = datetime(2026, 11, 20).astimezone().isoformat()


def typed(command: str, *words: str, **options: Any) -> dict[str, Any]:
    return arguments(REQUESTS[command], words, options, NOW)


@pytest.mark.parametrize(
    ("command", "words", "expected"),
    [
        ("play", [], {}),
        ("play", ["rain"], {"query": "rain"}),
        ("play", ["rain", "on", "5"], {"query": "rain on 5"}),
        ("play", [ID], {"track_id": ID}),
        ("next", [], {}),
        ("volume", ["30"], {"level": 30}),
        ("volume", ["+5"], {"delta": 5}),
        ("volume", ["-5"], {"delta": -5}),
        ("seek", ["83"], {"position_s": 83}),
        ("seek", ["83.5"], {"position_s": 83.5}),
        ("seek", ["1:23"], {"position_s": 83}),
        ("seek", ["1:02:03.5"], {"position_s": 3723.5}),
        ("like", [], {}),
        ("like", ["rain"], {"track_id": "rain"}),
        ("place", [ID], {"track_id": ID}),
        ("place", [ID, "sad"], {"track_id": ID, "mood": "sad"}),
        ("place", [ID, "0.2", "-0.7"], {"track_id": ID, "valence": 0.2, "arousal": -0.7}),
        ("sleep", ["30"], {"minutes": 30}),
        ("queue", [ID, OTHER], {"track_ids": [ID, OTHER]}),
        ("recommend", ["sad", "film", "3", "hi"],
         {"mood": "sad", "kind": "film", "n": 3, "language": "hi"}),
        ("similar", [ID, "5"], {"track_id": ID, "n": 5}),
        ("search", ["tum", "hi"], {"query": "tum hi"}),
        ("history", ["48"], {"hours": 48}),
        ("history.clear", ["2026-11-20T22:38:00Z"], {"before": "2026-11-20T22:38:00Z"}),
        ("history.clear", ["2026-11-20"], {"before": LOCAL}),
        ("history.clear", ["7d"], {"before": "2026-11-14T12:00:00+02:00"}),
        ("settings.set", ["volume=7", "crossfade_s=2.5", "name=Küche = Bad", "guest=on"],
         {"volume": 7, "crossfade_s": 2.5, "name": "Küche = Bad", "guest": True}),
        ("settings.set", ["quiet_from=null", "quiet_to=07:30"],
         {"quiet_from": None, "quiet_to": "07:30"}),
    ],
)  # fmt: skip
def test_words_find_their_place(command: str, words: list[str], expected: dict[str, Any]) -> None:
    assert typed(command, *words) == expected


def test_options_stand_beside_words() -> None:
    assert typed("recommend", "sad", n="2") == {"mood": "sad", "n": 2}
    assert typed("like", ID, undo=True) == {"track_id": ID, "undo": True}
    assert typed("like", undo=False, track_id=None) == {}
    assert typed("queue", track_ids=[]) == {"track_ids": []}
    assert typed("play", mood="happy") == {"mood": "happy"}


@pytest.mark.parametrize(
    ("command", "words", "code", "told"),
    [
        ("next", ["now"], "bad_payload", "'now'"),
        ("volume", ["300"], "out_of_range", "0 to 100"),
        ("volume", ["loud"], "bad_payload", "'loud'"),
        ("volume", ["30", "+5"], "bad_payload", "level"),
        ("volume", [], "bad_payload", "level; or delta"),
        ("seek", ["1:99"], "bad_payload", "'1:99'"),
        ("seek", ["nan"], "bad_payload", "'nan'"),
        ("seek", [], "bad_payload", "position_s"),
        ("sleep", ["601"], "out_of_range", "600"),
        ("place", [ID, "0.2"], "bad_payload", "valence and arousal"),
        ("place", [ID, "joyful"], "bad_payload", "'joyful'"),
        ("recommend", ["sad", "happy"], "bad_payload", "'happy'"),
        ("search", [], "bad_payload", "query"),
        ("history", ["721"], "out_of_range", "720"),
        ("history.clear", ["yesterday"], "bad_payload", "'yesterday'"),
        ("settings.set", [], "bad_payload", "NAME=VALUE"),
        ("settings.set", ["volume"], "bad_payload", "NAME=VALUE"),
        ("settings.set", ["volme=3"], "unknown_setting", "did you mean volume"),
        ("settings.set", ["volume=three"], "bad_payload", "'three'"),
        ("settings.set", ["volume=null"], "bad_payload", "'null'"),
    ],
)
def test_what_is_wrong_is_told(command: str, words: list[str], code: str, told: str) -> None:
    with pytest.raises(CommandError) as refused:
        typed(command, *words)
    assert refused.value.code == code
    assert told in str(refused.value)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda one: one.name)
def test_every_example_passes_the_door(action: Action) -> None:
    for names in forms(action):
        given = example(action, names)
        check(action, given)
        if not action.settings:
            assert arguments(action, [], given, NOW) == given


def test_names_are_words_of_their_own() -> None:
    assert len({natural(action.name) for action in ACTIONS}) == len(ACTIONS)


def test_a_new_row_needs_no_more_words_here() -> None:
    steps = Argument(name="steps", kind="integer", lowest=1, highest=9, required=True)
    style = Argument(name="style", kind="word", words=("waltz", "tango"))
    dance = Action(name="lights.dance", about="Dances.", arguments=(steps, style))
    assert natural(dance.name) == "lights-dance"
    assert arguments(dance, ["tango", "3"], {}, NOW) == {"style": "tango", "steps": 3}
    with pytest.raises(CommandError):
        arguments(dance, ["tango"], {}, NOW)
