"""What may come to the door, and what must hold of every answer: for the tests and the bench."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from edge.commands import REQUESTS, Asked, parse_request, parse_set
from edge.messages import MOODS, Answer, BadCommand, Command, Now, Settings, Track, TracksFound
from edge.mind import conductor
from edge.mind.situation import Rules, Situation
from edge.mqtt.topics import answer_payload, encoded
from tests.whole.contract import CODES, strict_json

NOW = Now(at=100.0, wall=1.7e9, ahead_s=0)
TRACKS = tuple(
    Track(id=f"{mood}-{number}", path=f"/{mood}/{number}", mood=mood, duration_s=60.0)
    for mood in MOODS
    for number in (1, 2)
)
ODD = (
    "",
    " ",
    "+",
    "#",
    "\x00",
    "é",
    "Play",
    "play ",
    "settings",
    "x" * 5000,
    "\U0001f3b5",
    "../x",
)
SEEDS = (
    b'{"transaction": [1, "a"], "track_id": "happy-1"}', b'{"level": 40}', b'{"delta": -5}',
    b'{"query": "gold", "n": 3, "offset": 1}', b'{"track_ids": ["sad-1", "sad-2"], "append": true}',
    b'{"mood": "happy", "n": 5, "kind": "film", "language": "hi"}', b'{"minutes": 1.5}',
    b'{"before": "2026-11-20T22:38:00.123Z"}', b'{"position_s": 12.5, "transaction": null}',
    b'{"quiet_from": "22:30", "quiet_to": null, "guest": true, "name": "x", "volume": 4}',
    b"", b"{}",
)  # fmt: skip
ARGUMENTS = sorted({one.name for action in REQUESTS.values() for one in action.arguments})

known = st.sampled_from(sorted(REQUESTS))
names = st.sampled_from([*sorted(REQUESTS) * 3, *ODD, None]).flatmap(
    lambda name: st.text(max_size=40) if name is None else st.just(name)
)
plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(
        [*MOODS, "happy-1", "sad-2", "22:30", "on", "auto", "any", "hi", 0, 1, 100, 1e30]
    )
)
values = st.recursive(
    plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)
keys = st.sampled_from([*ARGUMENTS, "transaction", "settings"]) | st.text(max_size=8)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A good request with pieces cut out, put in or doubled."""
    content = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 8)))
        piece = draw(
            st.binary(max_size=4) | st.sampled_from([b'"', b"{", b"[", b"\\", b"\xed\xa0"])
        )
        twice = content[start:end] if draw(st.booleans()) else b""
        content = content[:start] + piece + twice + content[end:]
    return content


as_json = st.dictionaries(keys, values, max_size=6).map(lambda value: json.dumps(value).encode())
own = known.flatmap(
    lambda name: st.dictionaries(
        st.sampled_from([*(one.name for one in REQUESTS[name].arguments), "transaction"]),
        plain | st.lists(plain, max_size=3),
        max_size=3,
    )
).map(lambda value: json.dumps(value).encode())
payloads = (
    own
    | st.sampled_from(SEEDS)
    | (st.binary(max_size=200) | values.map(lambda v: json.dumps(v).encode()) | as_json | mutated())
)


def situation() -> Situation:
    """A box with songs and nobody there."""
    begun = conductor.begin(Rules(), Settings())
    return conductor.handle(begun, TracksFound(tracks=TRACKS), NOW, 0.0)[0]


START = situation()


def check_request(name: str, payload: bytes) -> dict[str, Any]:
    """Through the door, the mind and the encoding; what would be sent."""
    asked = parse_request(name, payload)
    assert (asked.command is None) != (asked.problem is None)
    answer = Answer(problem=asked.problem)
    if asked.command is not None:
        after, effects = conductor.handle(START, asked.command, NOW, 0.5)
        (answer,) = [effect for effect in effects if isinstance(effect, Answer)]
        assert answer.problem is None or after == START, "a refused request changed something"
    return _sent(asked, answer, payload)


def _sent(asked: Asked, answer: Answer, payload: bytes) -> dict[str, Any]:
    content = encoded(answer_payload("box", asked, answer))
    assert len(content) <= 256 * 1024
    told: dict[str, Any] = strict_json(content)
    assert list(told)[:3] == ["status", "id", "transaction"]
    if told["status"] == "ok":
        assert isinstance(told["data"], dict)
        given = json.loads(payload or b"{}")
        assert json.dumps(told["transaction"]) == json.dumps(given.get("transaction"))
    else:
        assert set(told["error"]) == {"code", "message"}
        assert told["error"]["code"] in CODES - {"internal"}
        assert 0 < len(told["error"]["message"]) < 1000
    return told


def check_set(name: str, payload: bytes) -> None:
    """Through the door and the mind."""
    parsed: Command | BadCommand = parse_set(name, payload)
    _, effects = conductor.handle(START, parsed, NOW, 0.5)
    told = [one for one in effects if getattr(one, "event_type", None) == "command"]
    assert len(told) == 1
