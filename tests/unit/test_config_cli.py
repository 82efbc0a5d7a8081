"""`moodbox config` as its user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edge.cli_config import app
from edge.config.values import SETTINGS


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str | None]:
    """A terminal whose home is empty."""
    marks = ("STATE_DIRECTORY", "RUNTIME_DIRECTORY", "CONFIGURATION_DIRECTORY", "XDG_RUNTIME_DIR")
    homes = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
    return {**dict.fromkeys(marks), **dict.fromkeys(homes, str(tmp_path))}


def test_check_says_everything_and_leaves_with_2(
    env: dict[str, str | None], tmp_path: Path
) -> None:
    file = tmp_path / "my.toml"
    file.write_text("[camera]\nrate = 99\nhots = 1\n")
    answer = CliRunner().invoke(app, ["check", str(file), "--set", "nonsense"], env=env)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    lines = answer.stderr.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith(f"{file}:2: camera.rate = 99 is above 30")
    assert "--set needs a key and a value" in lines[2]


def test_check_is_content_with_the_example(env: dict[str, str | None], tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text(CliRunner().invoke(app, ["example"], env=env).stdout)
    answer = CliRunner().invoke(app, ["check", "--json", str(file)], env=env)
    expected = {"schema": 1, "ok": True, "file": str(file), "problems": [], "warnings": []}
    assert json.loads(answer.stdout) == expected
    assert answer.exit_code == 0


def test_check_reads_the_files_that_are_named(env: dict[str, str | None], tmp_path: Path) -> None:
    flags = ["--set=mqtt.host=b", "--set=mqtt.username=u", f"--set=mqtt.password_file={tmp_path}/x"]
    answer = CliRunner().invoke(app, ["check", *flags, "--json"], env=env)
    assert answer.exit_code == 2
    (problem,) = json.loads(answer.stdout)["problems"]
    assert "mqtt.password_file" in problem


def test_show_takes_the_usual_file_and_never_a_secret(
    env: dict[str, str | None], tmp_path: Path
) -> None:
    (tmp_path / "moodbox").mkdir()
    (tmp_path / "moodbox" / "moodbox.toml").write_text("[box]\nname = 'Küche'\n")
    (tmp_path / "password").write_text("hunter2")
    flag = f"--set=mqtt.password_file={tmp_path}/password"
    more = ["--set=mqtt.username=u", "--set=mqtt.host=localhost"]
    for json_ in ([], ["--json"]):
        answer = CliRunner().invoke(app, ["show", flag, *more, *json_], env=env)
        assert answer.exit_code == 0
        assert "Küche" in answer.stdout
        assert "hunter2" not in answer.output
    rows = json.loads(answer.stdout)["settings"]
    assert [row["key"] for row in rows] == list(SETTINGS)


def test_show_refuses_a_wrong_configuration(env: dict[str, str | None], tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["show", "--config", str(tmp_path / "none.toml")], env=env)
    assert answer.exit_code == 2
    assert "there is no such file" in answer.stderr


@pytest.mark.parametrize("command", [[], ["show"], ["check"], ["example"]])
def test_help_tells_more_than_options(command: list[str]) -> None:
    answer = CliRunner().invoke(app, [*command, "--help"])
    assert answer.exit_code == 0
    assert len(answer.stdout) > 200
