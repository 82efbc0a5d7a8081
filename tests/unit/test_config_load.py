"""All sources into one configuration; all that is wrong in one answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.config import Config
from edge.config.file import parse
from edge.config.load import Loaded, load
from edge.config.values import SETTINGS
from edge.errors import ConfigError

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "moodbox.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def problems(path: Path | None = None, **sources: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, **sources)  # type: ignore[arg-type]  # passed through as given
    return caught.value.problems


def only_problem(path: Path | None = None, **sources: object) -> str:
    found = problems(path, **sources)
    assert len(found) == 1, found
    return found[0]


def test_without_any_source_there_are_the_defaults() -> None:
    loaded = load()
    assert loaded.config == Config()
    assert str(loaded.origin("camera.rate")) == "default"
    assert loaded.settings.volume == Config().player.volume


def test_each_source_outranks_the_ones_before(write: Write, tmp_path: Path) -> None:
    kept = tmp_path / "settings.json"
    kept.write_text('{"schema":1,"settings":{"volume":20}}')
    file = write("[player]\nvolume = 10\n")
    env = {"MOODBOX_PLAYER__VOLUME": "30", "MOODBOX_DATA": "/x", "HOME": "/x"}
    flag = {"player.volume": "50"}

    def outcome(loaded: Loaded) -> tuple[int, int, str]:
        origin = str(loaded.origin("player.volume"))
        return loaded.config.player.volume, loaded.settings.volume, origin

    assert outcome(load(file)) == (10, 10, f"{file}:2")
    assert outcome(load(file, settings_json=kept)) == (20, 20, f"settings.json {kept}")
    where = "environment MOODBOX_PLAYER__VOLUME"
    assert outcome(load(file, {}, env, kept)) == (30, 30, where)
    assert outcome(load(file, flag, env, kept)) == (50, 50, "flag player.volume")


def test_an_override_may_be_typed() -> None:
    loaded = load(overrides={"mood.patience_s": 0, "library.paths": [], "camera.source": "demo"})
    assert loaded.config.mood.patience_s == 0
    assert loaded.config.library.paths == ()


def test_all_problems_of_all_sources_are_told_at_once(write: Write) -> None:
    file = write(
        """\
volume = 3
[camra]
rate = 4
[camera]
rate = 99
source = rtsp
mirror = True
[mqtt]
hots = "x"
prefix = "a/#"
groups = ["ok",
  "bad one"]
"""
    )
    found = problems(file, overrides={"camera.width": "wide"}, env={"MOODBOX_DJ__POLICY": "lit"})
    starts = [text.removeprefix(f"{file}:") for text in found]
    expected = [
        "1: volume stands outside its section; put it below [player].",
        "2: there is no section [camra]; did you mean [camera]?",
        "5: camera.rate = 99 is above 30; give a number from 0.5 to 30.",
        '6: source has a text without quotes; write source = "…".',
        "7: mirror = True is no TOML; write true or false, in small letters.",
        "9: there is no mqtt.hots; did you mean mqtt.host?",
        '10: mqtt.prefix = "a/#" cannot begin a topic',
        '12: mqtt.groups = ["ok", "bad one"] holds "bad one"',
        'MOODBOX_DJ__POLICY: dj.policy = "lit" is not known; did you mean lift',
        'command line: camera.width = "wide" is not a whole number',
    ]
    assert len(starts) == len(expected), starts
    for start, wanted in zip(starts, expected, strict=True):
        assert start.startswith(wanted)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("[mqtt]\nhost = 'a'\n[mqtt]\nport = 1", "3: [mqtt] stands here a second time"),
        ("[mqtt]\nhost = 'a'\nhost = 'b'", "3: host stands here a second time"),
        ("[mqtt]\nhost = 'a", "2: a text is not closed"),
        ('[mqtt]\nhost = "a\nport = 1', "2: a text is not closed"),
        ("[mqtt\nhost = 'a'", "1: "),
        ("[library]\npaths = [\n 'a',\n\n[mqtt]\nhost='a'", "5: "),
        ("[library]\npaths = [\n 'a'\nb = 1", "4: an array is not closed"),
        ("[mqtt]\nhost =\nport = 1", "2: host has no value"),
        ("[mqtt]\nport 1883", "2: there is no = after the key"),
        ("[[mqtt]]\nport = 1", "1: mqtt is a section"),
        ("mqtt = 'host'", "1: mqtt is a section"),
        ("[mqtt.host]\nname = 'a'", "1: mqtt.host = a table is not a text"),
        ("[box]\nvolume = 3", "2: there is no box.volume; did you mean player.volume?"),
        ("[box]\nzebra = 3", "2: there is no box.zebra; remove it."),
        ("[zebra]\na = 3", "1: there is no section [zebra]; remove it, or use one of box, "),
        ("zebra = 3", "1: zebra stands outside any section"),
        ("mqtt = {host = 'a', prot = 1}", "1: there is no mqtt.prot; did you mean mqtt.port?"),
        ("mqtt.host = 'a'\n'mqtt'.\"prot\" = 1", "2: there is no mqtt.prot; did you mean"),
    ],
)
def test_names_the_line(write: Write, text: str, start: str) -> None:
    file = write(text)
    assert only_problem(file).startswith(f"{file}:{start}")


def test_a_refused_value_is_no_second_problem(write: Write) -> None:
    file = write("[mqtt]\nca_file = '/x'\ntls = yes\nport = 99999\n")
    assert [text.removeprefix(f"{file}:")[:1] for text in problems(file)] == ["3", "4"]


@pytest.mark.parametrize("name", ["password", "Password", "mqtt_password", "passwd"])
def test_secrets_are_refused_and_not_repeated(write: Write, name: str) -> None:
    file = write(f"[mqtt]\n{name} = 'hunter2'\n")
    env = {f"MOODBOX_MQTT__{name.upper()}": "hunter2"}
    found = problems(file, overrides={f"mqtt.{name}": "hunter2"}, env=env)
    assert len(found) == 3
    assert all("password_file" in text for text in found)
    assert "hunter2" not in "".join(found)


def test_a_secret_without_quotes_is_not_repeated(write: Write) -> None:
    assert "hunter2" not in only_problem(write("[mqtt]\npassword = hunter2\n"))


def test_what_could_steer_a_terminal_is_made_visible(write: Write) -> None:
    found = only_problem(write('[mqtt]\n"\\u001b[31mhost" = 1\n'))
    assert found.isprintable()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"[box]\nname = '\xff'\n", ":2: is not UTF-8"),
        (b"\xff\xfe[\0b\0", ":1: is not UTF-8"),
        (b"#" * (1 << 20) + b"#", "more than 1 MiB"),
        (b"[camera]\nwidth = " + b"9" * 5000, "thousands of digits"),
        (b"[camera]\nwidth = 0x" + b"f" * 5000, ":2: camera.width = 0xfff"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "nested too deeply"),
    ],
)
def test_refuses_what_is_no_text(tmp_path: Path, data: bytes, words: str) -> None:
    file = tmp_path / "moodbox.toml"
    file.write_bytes(data)
    assert words in only_problem(file)


def test_refuses_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert "there is no such file" in only_problem(tmp_path / "none.toml")
    assert "is a folder" in only_problem(tmp_path)


def test_takes_a_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    file = tmp_path / "moodbox.toml"
    file.write_bytes(b"\xef\xbb\xbf[box]\r\nname = 'x'\r\n")
    loaded = load(file)
    assert loaded.config.box.name == "x"
    assert str(loaded.origin("box.name")) == f"{file}:2"


def test_unknown_variables_of_ours_are_problems_and_others_are_not() -> None:
    found = problems(env={"MOODBOX_CAMRA__RATE": "4", "MOODBOX_CAMERA__RAET": "4", "A__B": "1"})
    assert found == [
        "MOODBOX_CAMERA__RAET: there is no camera.raet; did you mean camera.rate?",
        "MOODBOX_CAMRA__RATE: there is no section camra; did you mean camera.rate?",
    ]


def test_paths_are_seen_from_where_they_were_written(write: Write, tmp_path: Path) -> None:
    (tmp_path / "songs").mkdir()
    file = write("[library]\npaths = ['songs', '/music']\n[camera]\nsource = 'faces'\n")
    config = load(file).config
    assert config.library.paths == (str(tmp_path / "songs"), "/music")
    assert config.camera.source == str(tmp_path / "faces")
    here = load(overrides={"library.paths": "songs"}).config.library.paths
    assert here == (str(Path.cwd() / "songs"),)


@pytest.mark.parametrize("source", ["demo", "picamera", "0", "12"])
def test_names_of_cameras_are_no_paths(source: str) -> None:
    assert load(overrides={"camera.source": source}).config.camera.source == source


def test_asking_for_an_unknown_origin_is_an_error() -> None:
    with pytest.raises(KeyError):
        load().origin("camera.zebra")


def test_kept_settings_hold_camera_and_mode(tmp_path: Path) -> None:
    kept = tmp_path / "settings.json"
    content = {"camera": "off", "mode": "manual", "language": "hi", "name": "Küche"}
    kept.write_text(json.dumps({"schema": 1, "settings": content}))
    loaded = load(settings_json=kept)
    assert (loaded.settings.camera, loaded.settings.mode) == ("off", "manual")
    assert loaded.settings.language == "hi"
    assert loaded.config.box.name == "Küche"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(["[mqtt]", "[camera]", "[[box]]", "[mqtt", "x", "", "# x", '"""', "]"]),
            st.tuples(
                st.sampled_from([row.name for row in SETTINGS.values()] + ["hots", "a.b"]),
                st.sampled_from(["1", "'x'", "x", "True", "", "[1,", "[]", "{a=1}", '"', "1e999"]),
            ).map(" = ".join),
        ),
        max_size=8,
    )
)
def test_any_file_is_taken_or_refused_in_sentences(lines: list[str]) -> None:
    content = parse(Path("f.toml"), "\n".join(lines))
    for problem in content.problems:
        assert problem.startswith("f.toml:")
        assert problem.endswith(".")
