"""The short way of `moodbox ctl`: what it reads, and what it leaves to typer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from edge.commands import ACTIONS, SETTINGS, Setting
from edge.ctl.forms import flag, natural
from edge.ctl.quick import COMPLETES, answered, read

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("line", "name", "words", "options"),
    [
        ("next", "next", (), {}),
        ("volume -5", "volume", ("-5",), {}),
        ("volume --delta -5", "volume", (), {"delta": "-5"}),
        ("like --undo abc", "like", ("abc",), {"undo": True}),
        ("recommend sad -n 5 --kind=film", "recommend", ("sad",), {"n": "5", "kind": "film"}),
        ("queue --track-ids a --track-ids=b", "queue", (), {"track_ids": ["a", "b"]}),
        ("scan --full", "library.scan", (), {"full": True}),
        ("library.scan", "library.scan", (), {}),
        ("set volume=3 name=x", "settings.set", ("volume=3", "name=x"), {}),
        ("camera off", "camera", ("off",), {}),
        ("policy", "policy", (), {}),
    ],
)
def test_plain_commands_are_read(
    line: str, name: str, words: tuple[str, ...], options: dict[str, Any]
) -> None:
    found = read(line.split())
    assert found is not None
    assert (found.asked.name, found.words, found.options) == (name, words, options)
    assert (found.json, found.socket) == (False, None)


def test_the_link_and_the_form_of_the_answer_are_read() -> None:
    found = read(["play", "--json", "rain", "--socket", "/x/link.sock"])
    assert found is not None
    assert (found.json, found.socket, found.words) == (True, Path("/x/link.sock"), ("rain",))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "nxt",
        "watch",
        "boxes",
        "state",
        "--json next",
        "--box attic next",
        "next --box attic",
        "next --group downstairs",
        "next --set mqtt.host=h",
        "next --config file",
        "next --help",
        "next -h",
        "next --jsn",
        "like --undo=true",
        "volume --level",
        "policy lift calm",
        "set --volume 3",
    ],
)
def test_the_rest_is_left_to_typer(line: str) -> None:
    assert read(line.split()) is None
    assert answered(line.split(), {}) is None


def test_a_shell_that_completes_is_left_to_typer() -> None:
    assert answered(["next"], {COMPLETES: "complete_bash"}) is None


def test_all_of_the_table_goes_the_short_way() -> None:
    for action in ACTIONS:
        rest = () if action.settings else action.arguments
        words = [flag(one.name) if one.kind == "bool" else f"{flag(one.name)}=1" for one in rest]
        found = read([natural(action.name), *words])
        assert found is not None, action.name
        assert found.asked is action
        assert set(found.options) == {one.name for one in rest}
    for setting in SETTINGS:
        found = read([setting.name])
        if setting.plain and setting.name != "volume":
            assert found is not None
            assert isinstance(found.asked, Setting)


def test_nothing_heavy_is_imported_on_the_short_way() -> None:
    code = (
        "import sys; sys.argv = ['moodbox', 'ctl', 'next', '--socket', '/nonexistent/link.sock']\n"
        "from edge import cli\n"
        "try: cli.main()\n"
        "except SystemExit as end: assert end.code == 1, end.code\n"
        "heavy = {'typer', 'pydantic', 'rich', 'numpy', 'paho', 'av', 'sqlite3'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith(b"No box is running")
