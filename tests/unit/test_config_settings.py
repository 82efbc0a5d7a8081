"""settings.json survives power cuts, strangers and newer versions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edge.config.settings import read, save


def test_what_was_saved_is_read(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    save(
        path,
        {"camera": "off", "mode": "manual", "policy": "lift", "language": "hi", "volume": 7},
    )
    kept = read(path)
    assert (kept.camera, kept.mode, kept.warnings) == ("off", "manual", ())
    assert kept.config == {"dj.policy": "lift", "dj.language": "hi", "player.volume": 7}
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]


def test_saving_keeps_names_of_others(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"schema":1,"settings":{"name":"Küche","quiet_from":"22:00","volume":1}}')
    save(path, {"volume": 9})
    content = json.loads(path.read_text())["settings"]
    assert (content["name"], content["quiet_from"], content["volume"]) == ("Küche", "22:00", 9)


def test_a_missing_file_is_no_warning(tmp_path: Path) -> None:
    assert read(tmp_path / "settings.json").warnings == ()


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"\0\0\0\0", b"[]", b'{"settings":3}', b"\xff", b"[" * 100_000),
        *(b'{"schema":2,"settings":{}}', b'{"settings":{}}'),
    ],
)
def test_a_damaged_file_is_ignored_with_one_warning(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    kept = read(path)
    assert len(kept.warnings) == 1
    assert kept.config == {}


def test_a_bad_value_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    values = {"volume": 101, "camera": ["on"], "mode": "x", "language": "de", "quiet_to": None}
    path.write_text(json.dumps({"schema": 1, "settings": values}))
    kept = read(path)
    assert len(kept.warnings) == 3
    assert kept.config == {"dj.language": "de", "player.quiet_to": ""}
