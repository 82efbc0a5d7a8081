"""`moodbox ctl` is made of the table: nothing of it is missing, and its page is up to date."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from edge import cli_ctl
from edge.cli_commands import app
from edge.cli_ctl import ctl
from edge.commands import ACTIONS, BY_NAME, REQUESTS, SETTINGS, Action, Argument
from edge.ctl import completing, page, screen, watching
from edge.ctl.forms import natural
from edge.messages import Published

WIDE = {"COLUMNS": "200", "TERMINAL_WIDTH": "200"}


def help_of(*words: str) -> str:
    done = CliRunner().invoke(app, ["ctl", *words, "--help"], env=WIDE)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_help_lists_every_command_once() -> None:
    text = help_of()
    for action in ACTIONS:
        assert f"│ {natural(action.name)} " in text
    for name in BY_NAME:
        assert f"│ {name} " in text
    assert "library.scan" not in text


@pytest.mark.parametrize("action", ACTIONS, ids=lambda one: one.name)
def test_every_argument_has_an_option_and_words_of_the_table(action: Action) -> None:
    text = help_of(natural(action.name))
    plain = " ".join(text.replace("│", " ").split())
    assert " ".join(action.about.replace("`", "").split()) in plain
    for one in action.arguments:
        flag = f"-{one.name}" if len(one.name) == 1 else f"--{one.name.replace('_', '-')}"
        assert one.name in text if action.settings else flag in text
    assert "moodbox ctl" in text
    assert "Exit status" in text


def test_the_contracts_names_are_understood_too() -> None:
    for name in ("library.scan", "history.clear", "settings.get", "settings.set"):
        assert f"request/{name}" in help_of(name)


@pytest.mark.parametrize("setting", [one for one in SETTINGS if one.plain], ids=lambda s: s.name)
def test_every_plain_setting_is_a_command(setting: Any) -> None:
    assert setting.name in {*cli_ctl.SETTINGS_BY_WORD, *REQUESTS}
    help_of(setting.name)


def test_a_new_row_is_a_command() -> None:
    steps = Argument(name="steps", kind="integer", about="How many.", lowest=-9, required=True)
    fast = Argument(name="very_fast", kind="bool", about="Without rest.")
    dance = Action(name="dance", about="Dances.", arguments=(steps, fast))
    made = cli_ctl.made_of(dance, "dance")
    done = CliRunner().invoke(made, ["--help"], env=WIDE)
    assert "--steps" in done.output
    assert "--very-fast" in done.output
    assert "Dances." in done.output
    refused = CliRunner().invoke(made, ["-10"])
    assert (refused.exit_code, "from -9" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["volume", "300"], "0 to 100"),
        (["volume"], "level; or delta"),
        (["seek", "far"], "'far'"),
        (["set", "volme=1"], "did you mean volume"),
        (["policy", "dance"], "match | lift | calm"),
        (["next", "--box", "a/b"], "no id"),
        (["next", "--box", "a", "--group", "b"], "exclude"),
        (["--box", "a", "next", "--group", "b"], "exclude"),
        (["next", "--box", "a"], "mqtt.host is empty"),
        (["boxes"], "mqtt.host is empty"),
        (["watch", "--group", "b", "--set", "mqtt.host=h"], "--box"),
        (["nxt"], "Did you mean"),
    ],
)
def test_wrong_use_is_told_and_leaves_with_2(words: list[str], told: str, tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), **WIDE}
    done = CliRunner().invoke(app, ["ctl", *words], env=env)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr


def test_without_a_box_there_is_one_kind_sentence(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["ctl", "next", "--socket", str(tmp_path / "none")])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("No box is running")
    assert "--box" in done.stderr
    assert len(done.stderr.splitlines()) == 1


# --- the page -------------------------------------------------------------------------------------


def test_the_page_is_as_the_table_has_it() -> None:
    kept = page.KEPT.read_text(encoding="utf-8")
    assert kept == page.page(), "write it anew: python -m edge.ctl.page"
    assert CliRunner().invoke(ctl, ["--markdown"]).output == kept


def test_the_page_has_all_of_the_table() -> None:
    text = page.page()
    for action in ACTIONS:
        assert f"### {action.name}\n\n{action.about}\n" in text
        section = text.split(f"### {action.name}\n")[1].split("\n#")[0]
        for one in () if action.settings else action.arguments:
            assert f"| `{one.name}`" in section
    for setting in SETTINGS:
        assert f"| `{setting.name}` |" in text
    for name in BY_NAME:
        assert f"| `{name}/set` |" in text


# --- completion -----------------------------------------------------------------------------------


def offered(complete: completing.Complete, incomplete: str) -> list[str]:
    context: Any = None
    return [word for word, _ in complete(context, incomplete)]


def test_words_of_the_table_are_offered() -> None:
    assert offered(completing.of(REQUESTS["recommend"]), "fi") == ["film", "fi"]
    assert offered(completing.of(REQUESTS["settings.set"]), "quiet_f") == ["quiet_from="]
    assert offered(completing.of(REQUESTS["settings.set"]), "quiet_from=") == ["quiet_from=null"]
    assert offered(completing.of(REQUESTS["settings.set"]), "guest=t") == ["guest=true"]
    policy = next(one for one in SETTINGS if one.name == "policy")
    assert offered(completing.of_value(policy.value), "") == ["match", "lift", "calm"]


# --- watching -------------------------------------------------------------------------------------

TRACK = {
    "id": "1e9d",
    "title": "Lemonade Steps",
    "artist": "Moodbox",
    "album": "Fourteen Weathers",
    "duration_s": 75.7,
    "mood": "happy",
}
STATE = {
    "mood": "happy",
    "confidence": 0.86,
    "mood_since": "2026-11-20T22:31:07.004Z",
    "presence": "present",
    "people": 2,
    "camera": "on",
    "mode": "auto",
    "policy": "match",
    "language": "any",
    "player": "playing",
    "volume": 40,
    "track": TRACK,
    "position_s": 12.3,
    "sleep_until": None,
    "up_next": [{"id": "2", "title": "Window Seat", "artist": "Moodbox"}],
}
FAULT = {"id": "1", "at": "", "event_type": "fault", "part": "camera", "message": "It is gone"}


def published(topic: str, payload: Any) -> Published:
    return Published(topic=f"moodbox/attic/{topic}", payload=payload)


def test_a_line_for_each_change() -> None:
    tell = watching.Plain()
    first = tell(published("state", STATE))
    assert first is not None
    assert first[9:] == ("happy | present | playing: Lemonade Steps · Moodbox | volume 40 | auto")
    assert tell(published("state", {**STATE, "position_s": 13.0})) is None
    assert tell(published("health", {"uptime_s": 3})) is None
    again = tell(published("state", {**STATE, "volume": 41}))
    assert again is not None
    assert "volume 41" in again
    event = {"id": "7", "at": "", "event_type": "track_started", "track": TRACK}
    assert str(tell(published("event", event))).endswith("track_started Lemonade Steps · Moodbox")
    moved = {"id": "8", "at": "", "event_type": "mood_changed", "from": None, "to": "sad"}
    assert str(tell(published("event", moved))).endswith("mood_changed from null, to sad")


def test_publications_as_they_are() -> None:
    line = watching.as_json(published("availability", "online"))
    assert json.loads(line) == {"topic": "moodbox/attic/availability", "payload": "online"}


class Said:
    """A way that brings what was published, and nothing more."""

    several, trouble = False, ""

    def __init__(self, *publications: Published) -> None:
        self._publications = list(publications)

    def watch(self) -> None: ...

    def heard(self, within_s: float) -> Published | None:
        del within_s
        return self._publications.pop(0) if self._publications else None


def test_what_is_no_publication_of_a_box_is_passed_over() -> None:
    way: Any = Said(
        published("state", ""),
        published("state", {"mood": "happy"}),
        published("event", [1]),
        published("availability", {}),
        published("state", STATE),
    )
    out = io.StringIO()
    watching.lines(way, out, 0.05, watching.Plain())
    (line,) = out.getvalue().splitlines()
    assert "Lemonade Steps" in line


def test_the_picture_shows_how_the_box_stands() -> None:
    one = screen.Screen()
    one.take(published("info", {"name": "Küche", "version": "1"}))
    one.take(published("state", STATE))
    one.take(published("event", FAULT))
    one.take(published("health", {"faults": {"camera": "It is gone"}}))
    console = Console(file=io.StringIO(), width=110, height=30, record=True)
    console.print(one)
    text = console.export_text()
    for word in ("Küche", "happy", "86% sure", "2 in view", "Lemonade Steps", "Window Seat"):
        assert word in text
    assert "It is gone" in text
    one.trouble = "The box is away"
    one.take(published("state", {**STATE, "mood": None, "track": None, "player": "stopped"}))
    console.print(one)
    text = console.export_text()
    assert "The box is away" in text
    assert "no mood" in text
