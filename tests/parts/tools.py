"""Runs `moodbox` as its user does, and makes what its tools are shown."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge.eye.demo_camera import DemoCamera
from edge.eye.opencv import cv2
from edge.messages import MOODS
from edge.ports import Image

ROOT = Path(__file__).resolve().parents[2]
MEAN_FACES = ROOT / "models" / "mean_faces"
DETECTOR = ROOT / "models" / "face_detector_short_range.tflite"
needs_detector = pytest.mark.skipif(
    not DETECTOR.exists(), reason="the face detector is not there: the set-up command fetches it"
)
FACE_KEYS = {"box", "score", "probabilities", "mood", "confidence", "usable", "reasons"}
NETWORK = re.compile(r"socket(?:pair)?\(AF_(?!UNIX|NETLINK)\w+.*= \d")
"""In a trace: a socket that leads out, and that the kernel gave."""
SECONDS = 90.0


def environment(folder: Path | None = None, **more: str) -> dict[str, str]:
    """Nobody's configuration and state are touched."""
    home = str(folder or "/nonexistent")
    return {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "XDG_CONFIG_HOME": f"{home}/config",
        "XDG_STATE_HOME": f"{home}/state",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        **more,
    }


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "edge.cli", *map(str, words)]


def moodbox(
    *words: str | Path,
    stdin: str = "",
    before: Sequence[str] = (),
    env: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, *command(*words)],
        cwd=ROOT,
        input=stdin,
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env=env or environment(),
    )


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def check_face(face: dict[str, Any]) -> None:
    """As the interface has it."""
    assert set(face) >= FACE_KEYS
    assert [type(number) for number in face["box"]] == [int] * 4
    assert 0 <= face["score"] <= 1
    assert list(face["probabilities"]) == list(MOODS)
    assert sum(face["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert face["mood"] == max(face["probabilities"], key=face["probabilities"].__getitem__)
    assert face["confidence"] == face["probabilities"][face["mood"]]
    assert face["usable"] is (face["reasons"] == [])


class Clock:
    """Time that the test passes."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def demo_pictures(times: Sequence[float], face_s: float) -> list[Image]:
    """What the demo camera shows at these seconds."""
    clock = Clock()
    camera = DemoCamera(MEAN_FACES, face_s, clock=clock)
    pictures = []
    camera.read()
    for clock.now in times:
        pictures.append(camera.read())
    return pictures


def write(path: Path, rgb: Image) -> Path:
    assert cv2.imwrite(str(path), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
    return path


def mean_face(mood: str) -> Image:
    return np.asarray(cv2.imread(str(MEAN_FACES / f"{mood}.png"), cv2.IMREAD_COLOR))
