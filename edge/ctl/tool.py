"""Carries out one command of `moodbox ctl`: asks, tells what came of it, and with which exit."""

from __future__ import annotations

import time
from collections.abc import Sequence
from json import dumps
from typing import Any, Final, TextIO

from edge.commands import Action, Setting
from edge.ctl import words
from edge.ctl.forms import SONGS, is_id, value_of
from edge.ctl.way import Json, Way, box_of, short
from edge.errors import CommandError, LinkError, UnknownSong

_SETTLES_S: Final = {"playing": 0.25, "paused": 0.7}
"""How soon the song that begins is told after the answer; and the state, which is paced."""
_STANDS_S: Final = 1.0
_SHOWN: Final = 5


def request(way: Way, action: Action, given: Json, out: TextIO, err: TextIO, *, json: bool) -> int:
    """Ask, and tell each answer; 1 where a box refuses."""
    arguments = {name: _found(way, name, value) for name, value in given.items()}
    follows = "player" in action.answer and not json and not way.several
    if follows:
        way.watch()
    answers = way.ask(action.name, arguments)
    state = _state_after(way, answers[0]) if follows else None
    if not json and action.answer == "settings":
        answers = [_only(tuple(arguments), one) for one in answers]
    return tell(action.name, answers, state, out, err, json=json, several=way.several)


def plain(
    way: Way, setting: Setting, text: str | None, out: TextIO, err: TextIO, *, json: bool
) -> int:
    """Set it, or tell how it stands."""
    if text is None:
        return _tell_setting(way, setting, out, err, json=json)
    if setting.lasting:
        argument = {setting.name: value_of(setting.value, text)}
        answers = way.ask("settings.set", argument)
        return tell(
            setting.name,
            [_only((setting.name,), one) for one in answers],
            None,
            out,
            err,
            json=json,
            several=way.several,
        )
    refused = False
    for box, event in way.put(setting.name, text):
        refused |= not event["ok"]
        if json:
            _print_json(event, out)
        elif event["ok"]:
            print(f"{_before(box, way.several)}{setting.name}: {text}", file=out)
        else:
            print(f"{_before(box, way.several)}{setting.name} was refused.", file=err)
    return int(refused)


def standing(way: Way, topic: str, out: TextIO, *, json: bool) -> int:
    """What the box publishes on this topic at this time."""
    payload = stands(way, topic)
    if payload is None:
        raise LinkError(f"The box tells no {topic} yet.")
    if json:
        _print_json(payload, out)
    else:
        words.table(("", ""), [(key, _flat(one)) for key, one in payload.items()], out)
    return 0


def stands(way: Way, topic: str) -> Json | None:
    """The retained payload of a topic; None where there is none."""
    way.watch()
    end = time.monotonic() + _STANDS_S
    while (left_s := end - time.monotonic()) > 0:
        published = way.heard(left_s)
        if published is not None and short(published) == topic:
            return published.payload if isinstance(published.payload, dict) else None
    return None


def tell(
    command: str,
    answers: Sequence[Json],
    state: Json | None,
    out: TextIO,
    err: TextIO,
    *,
    json: bool,
    several: bool,
) -> int:
    """Each answer: as it stands on MQTT, or in words; 1 where one of them is an error."""
    failed = False
    for answer in answers:
        failed |= answer["status"] != "ok"
        if json:
            _print_json(answer, out)
        elif answer["status"] != "ok":
            print(f"{_before(answer['id'], several)}{answer['error']['message']}", file=err)
        else:
            words.tell(command, answer["data"], state, out, answer["id"] if several else "")
    return int(failed)


# --- inside ---------------------------------------------------------------------------------------


def _state_after(way: Way, answer: Json) -> Json | None:
    """The song that the answer is about, as far as the box tells it soon; else None.

    A state may be half a second old, so only one that agrees with the answer counts.
    """
    player = answer.get("data", {}).get("player")
    state: Json | None = None
    end = time.monotonic() + _SETTLES_S.get(player, 0.0)
    while (left_s := end - time.monotonic()) > 0:
        published = way.heard(left_s)
        if published is None or box_of(published) != answer["id"]:
            continue
        told = published.payload
        if short(published) == "event" and told.get("event_type") == "track_started":
            return {"track": told["track"]}
        if short(published) == "state" and told.get("player") == player:
            state = told
            if player == "paused":
                break
    return state


def _tell_setting(way: Way, setting: Setting, out: TextIO, err: TextIO, *, json: bool) -> int:
    if setting.lasting:
        answers = [_only((setting.name,), one) for one in way.ask("settings.get", {})]
        return tell(setting.name, answers, None, out, err, json=json, several=way.several)
    state = stands(way, "state")
    if state is None:
        raise LinkError("The box tells no state yet.")
    shown = {setting.name: state[setting.name]}
    if json:
        _print_json(shown, out)
    else:
        words.tell(setting.name, shown, None, out)
    return 0


def _only(names: Sequence[str], answer: Json) -> Json:
    """The settings that were meant, of all that the answer lists; without names, all."""
    if answer["status"] != "ok":
        return answer
    settings = answer["data"].get("settings", answer["data"])
    return {**answer, "data": {name: settings[name] for name in names or settings}}


def _found(way: Way, name: str, value: Any) -> Any:
    """Ids of songs, where their titles or other words were given."""
    if name not in SONGS:
        return value
    if isinstance(value, str):
        return value if is_id(value) else _song(way, value)
    return [one if is_id(one) else _song(way, one) for one in value]


def _song(way: Way, text: str) -> str:
    """The id of the one song that has these words, or this very title."""
    if way.several:
        raise UnknownSong(f"{text!r} is no id, and each box of a group has songs of its own.")
    (answer,) = way.ask("search", {"query": text, "n": 100})
    if answer["status"] != "ok":
        raise CommandError(**answer["error"])
    items = answer["data"]["items"]
    exact = [one for one in items if (one["title"] or "").casefold() == text.casefold()]
    hits = exact or items
    if len(hits) == 1:
        return str(hits[0]["id"])
    if not hits:
        raise UnknownSong(f"No song has the words {text!r}.")
    named = "\n".join(f"  {one['id']}  {words.song(one)}" for one in hits[:_SHOWN])
    raise UnknownSong(f"{len(hits)} songs have the words {text!r}; name one by its id:\n{named}")


def _flat(one: Any) -> str:
    if isinstance(one, dict) and "title" in one:
        return words.song(one)
    if isinstance(one, dict):
        return ", ".join(f"{key} {_flat(value)}" for key, value in one.items())
    if isinstance(one, list):
        return "; ".join(map(_flat, one))
    return "" if one is None else words.value(one)


def _before(box: str, several: bool) -> str:
    return f"{box}: " if several else ""


def _print_json(value: Any, out: TextIO) -> None:
    print(dumps(value, ensure_ascii=False), file=out, flush=True)
