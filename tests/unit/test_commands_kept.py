"""Whatever the door lets in as a setting, the box starts with it again."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.commands import SETTINGS, parse_request
from edge.config import load
from edge.config.settings import KEYS, save
from edge.config.values import SETTINGS as ROWS
from edge.messages import Now
from edge.mind.adjust import adjust, in_force
from edge.mind.situation import Save, Situation, Turn
from edge.rules import rules

NOW = Now(at=0.0, wall=1.7e9, ahead_s=0)
LASTING = [one for one in SETTINGS if one.lasting]


def values(kind: str) -> st.SearchStrategy[Any]:
    return {
        "word": st.nothing(),
        "text": st.text(min_size=1, max_size=64)
        | st.sampled_from([" ", "\n", "\x00", "é", "a\tb"]),
        "integer": st.integers(0, 3650),
        "number": st.integers(0, 604_800) | st.floats(0, 604_800),
        "bool": st.booleans(),
        "clock": st.none() | st.times().map(lambda one: f"{one:%H:%M}"),
    }[kind]


def some() -> st.SearchStrategy[dict[str, Any]]:
    """Settings, each with a value of its kind that the door may take."""
    each: dict[str, st.SearchStrategy[Any]] = {}
    for one in LASTING:
        words = st.sampled_from(one.value.words) if one.value.words else st.nothing()
        each[one.name] = values(one.value.kind) | words
    return st.fixed_dictionaries({}, optional=each)


def after(changes: dict[str, Any], folder: Path, **flags: object) -> tuple[dict[str, Any], Any]:
    """What was in force before the restart, and what was loaded after it."""
    turn = Turn(Situation(), NOW, 0.5)
    adjust(turn, changes)
    for effect in turn.effects:
        if isinstance(effect, Save):
            save(folder / "settings.json", effect.changed)
    return in_force(turn.situation), load.load(None, flags, {}, folder / "settings.json")


@settings(max_examples=150, deadline=None)
@given(changes=some())
def test_what_comes_in_is_there_after_a_restart(changes: dict[str, Any]) -> None:
    asked = parse_request("settings.set", json.dumps(changes).encode())
    if asked.command is None:
        assert asked.problem
        return
    with tempfile.TemporaryDirectory() as folder:
        before, loaded = after(asked.command.arguments, Path(folder))
        again = Situation(
            settings=loaded.settings,
            rules=rules(loaded.config, None),
            repeat=loaded.settings.repeat,
            shuffle=loaded.settings.shuffle,
        )
        found = in_force(again)
        for name in before.keys() & {*KEYS, "camera", "mode", "repeat", "shuffle"} - {"volume"}:
            assert found[name] == before[name], name
        assert loaded.settings.volume == before["volume"]
        assert not loaded.warnings


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({"quiet_from": "22:00"}, {}),
        ({"quiet_to": "06:00"}, {}),
        ({"quiet_from": None}, {"player.quiet_from": "22:00", "player.quiet_to": "06:00"}),
        ({"volume_limit": 30}, {}),
        ({"name": " "}, {}),
    ],
)
def test_no_setting_keeps_the_box_from_starting(
    changes: dict[str, Any], flags: dict[str, object], tmp_path: Path
) -> None:
    config = "\n".join(
        f'[player]\n{key.split(".")[1]} = "{value}"'
        if n == 0
        else f'{key.split(".")[1]} = "{value}"'
        for n, (key, value) in enumerate(flags.items())
    )
    path = tmp_path / "moodbox.toml"
    path.write_text(config or "[player]\nvolume = 60\n")
    turn = Turn(Situation(), NOW, 0.5)
    adjust(turn, changes)
    save(tmp_path / "settings.json", changes)
    loaded = load.load(path, {}, {}, tmp_path / "settings.json")
    assert loaded.settings.volume <= loaded.config.player.volume_limit


def test_every_bound_is_that_of_the_configuration() -> None:
    for one in LASTING:
        if not one.key:
            continue
        row = ROWS[one.key]
        if one.value.kind in {"integer", "number"}:
            assert (one.value.lowest, one.value.highest) == (row.low, row.high)
