"""`moodbox doctor` as its user runs it: the form of its answer, and each fault it is for."""

from __future__ import annotations

import json
import re
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

from edge.errands_eye import SHORT_RANGE_SHA256
from tests.parts.tools import ROOT, environment, lines, moodbox, needs_detector

NAMES = [
    "python",
    "packages",
    "configuration",
    "isolation",
    "model",
    "detector",
    "camera",
    "sound",
    "broker",
    "box",
    "state",
    "heat",
    "service",
]
WELL = ("camera.source=demo", "player.driver=none", "mqtt.suggest=false")

NOBODY = "--set=mqtt.suggest=false"
"""These tests ask nothing of the network that they run in."""


def examined(folder: Path, *words: str | Path, settings: tuple[str, ...] = WELL) -> Any:
    """The answer, its checks by name, and the exit status."""
    given = [f"--set={setting}" for setting in settings]
    done = moodbox("doctor", "--json", *given, *words, env=environment(folder))
    assert done.stderr == ""
    (answer,) = lines(done.stdout)
    assert answer["schema"] == 1
    assert [check["name"] for check in answer["checks"]] == NAMES
    for check in answer["checks"]:
        assert set(check) == {"name", "status", "message", "mend"}
        assert check["status"] in {"ok", "warn", "fail", "skip"}
        assert check["message"].endswith(".")
        assert check["mend"] is None or check["mend"].endswith(".")
        assert (check["mend"] is None) <= (check["status"] != "fail")
    failed = any(check["status"] == "fail" for check in answer["checks"])
    assert answer["ok"] is not failed
    assert done.returncode == int(failed)
    return {check["name"]: check for check in answer["checks"]}


@needs_detector
def test_a_box_that_is_well(tmp_path: Path) -> None:
    checks = examined(tmp_path)
    for name in ("python", "packages", "configuration", "isolation", "detector", "camera", "state"):
        assert checks[name]["status"] == "ok", checks[name]
    assert "socket_filter" in checks["isolation"]["message"]
    card = json.loads((ROOT / "models" / "emotion.json").read_text(encoding="utf-8"))
    assert card["sha256"][:12] in checks["model"]["message"]
    assert re.search(r"(ai-edge-litert|tflite-runtime) \d", checks["model"]["message"])
    assert "1×48×48×1 int8" in checks["model"]["message"]
    assert "640 × 480" in checks["camera"]["message"]
    assert checks["sound"]["status"] == checks["broker"]["status"] == "skip"


def test_the_detector_is_the_one_that_set_up_fetches() -> None:
    script = (ROOT / "deploy" / "setup.d" / "models.sh").read_text(encoding="utf-8")
    assert f"detector_sha256={SHORT_RANGE_SHA256}" in script


@needs_detector
def test_all_faults_are_found_at_once(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    for name in ("emotion.json", "emotion.tflite"):
        shutil.copy(ROOT / "models" / name, models)
    with (models / "emotion.tflite").open("ab") as file:
        file.write(b"one byte more")
    (models / "face_detector_short_range.tflite").write_bytes(b"no detector")
    state = tmp_path / "state"
    state.write_text("no folder", encoding="ascii")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    checks = examined(
        tmp_path,
        f"--models={models}",
        f"--state={state}",
        settings=(
            "camera.source=/dev/video97",
            "player.driver=alsa",
            "player.device=nowhere",
            "mqtt.host=127.0.0.1",
            f"mqtt.port={port}",
        ),
    )
    told = {name: check["message"] for name, check in checks.items() if check["status"] == "fail"}
    assert set(told) == {"model", "detector", "camera", "sound", "broker", "state"}
    assert "is not the file its card" in told["model"]
    assert "no face detector" in told["detector"]
    assert "There is no camera at /dev/video97" in told["camera"]
    assert "refused" in told["broker"]
    assert str(state) in told["state"]


@needs_detector
def test_a_wrong_configuration_hides_nothing_else(tmp_path: Path) -> None:
    checks = examined(tmp_path, settings=("camera.rate=fast", "eye.min_score=7"))
    assert checks["configuration"]["status"] == "fail"
    assert "camera.rate" in checks["configuration"]["message"]
    assert "eye.min_score" in checks["configuration"]["message"]
    assert checks["isolation"]["status"] == "ok"


@needs_detector
def test_people_get_marks_and_what_mends(tmp_path: Path) -> None:
    words = ("doctor", "--set=camera.source=/dev/video97", "--set=player.driver=none", NOBODY)
    done = moodbox(*words, env=environment(tmp_path))
    assert done.returncode == 1
    assert re.search(r"^✓ isolation +eye gives up the network by ", done.stdout, re.M)
    assert re.search(r"^✗ camera .*\n +→ moodbox devices lists", done.stdout, re.M)
    assert done.stdout.splitlines()[-1] == f"1 of {len(NAMES)} checks failed."


@needs_detector
def test_the_camera_of_a_running_box_is_left_alone() -> None:
    with tempfile.TemporaryDirectory() as short, socket.socket(socket.AF_UNIX) as box:
        folder = Path(short)
        (folder / "moodbox").mkdir()
        box.bind(str(folder / "moodbox" / "link.sock"))
        box.listen()
        env = environment(folder, XDG_RUNTIME_DIR=short)
        (answer,) = lines(
            moodbox("doctor", "--json", NOBODY, "--set=player.driver=none", env=env).stdout
        )
    (camera,) = [check for check in answer["checks"] if check["name"] == "camera"]
    assert camera["status"] == "skip"
    assert "running" in camera["message"]
