"""`moodbox ctl boxes`: all boxes of which the broker knows, from what they retain there."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from json import dumps, loads
from typing import Any, Final, TextIO

from edge.ctl.words import song, table
from edge.errors import BrokerError
from edge.mqtt.address import Address
from edge.mqtt.guest import Guest

_TOPICS: Final = ("availability", "info", "state")
_QUIET_S: Final = 0.5
"""Nothing more comes after this long: then all that is retained has come."""
_LONGEST_S: Final = 10.0
_HEADER: Final = ("id", "", "name", "mood", "song", "version", "last seen")
_DAY_S: Final = 86_400.0

Boxes = dict[str, dict[str, Any]]


def call(address: Address, prefix: str, out: TextIO, *, json: bool) -> int:
    """One line a box."""
    where = f"The broker at {address.host}:{address.port}"
    try:
        with Guest(address) as guest:
            found = _gather(guest, prefix)
    except BrokerError as error:
        raise BrokerError(f"{where} cannot be used: {error}.") from None
    boxes = [_told(name, found[name]) for name in sorted(found)]
    if json:
        print(dumps({"schema": 1, "boxes": boxes}, ensure_ascii=False), file=out)
    elif boxes:
        table(_HEADER, [_row(one) for one in boxes], out)
    else:
        print(f"{where} tells of no box, or not to this user.", file=out)
    return 0


def _gather(guest: Guest, prefix: str) -> Boxes:
    found: Boxes = {}
    guest.hear([f"{prefix}/+/{topic}" for topic in _TOPICS])
    end = time.monotonic() + _LONGEST_S
    while time.monotonic() < end and (message := guest.next(_QUIET_S)) is not None:
        box, _, topic = message.topic.removeprefix(f"{prefix}/").partition("/")
        found.setdefault(box, {})[topic] = _payload(message.payload)
    return {box: facts for box, facts in found.items() if any(facts.values())}


def _payload(payload: bytes) -> Any:
    """An object, the plain word, or None for what is neither."""
    try:
        return loads(payload)
    except ValueError:
        return payload.decode(errors="replace") or None


def _told(box: str, facts: dict[str, Any]) -> dict[str, Any]:
    info = facts.get("info") if isinstance(facts.get("info"), dict) else {}
    state = facts.get("state") if isinstance(facts.get("state"), dict) else {}
    return {
        "id": box,
        "availability": facts.get("availability"),
        **{key: (info or {}).get(key) for key in ("name", "version")},
        **{key: (state or {}).get(key) for key in ("mood", "player", "track", "at")},
    }


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    online = one["availability"] == "online"
    playing = one["track"] if online and one["player"] == "playing" else None
    return (
        one["id"],
        one["availability"] or "unknown",
        one["name"] or "",
        (one["mood"] or "") if online else "",
        song(playing) if playing else (one["player"] or "") if online else "",
        one["version"] or "",
        "now" if online else _ago(one["at"]),
    )


def _ago(at: str | None) -> str:
    if at is None:
        return ""
    seconds = (datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds()
    if seconds < 120:
        return f"{max(0.0, seconds):.0f} s ago"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min ago"
    return (
        f"{seconds / 3600:.0f} h ago" if seconds < 2 * _DAY_S else f"{seconds / _DAY_S:.0f} d ago"
    )
