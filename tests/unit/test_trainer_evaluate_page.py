"""The report stands alone and holds nobody's picture; the sheet of mistakes is only where asked."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="pillow is not installed: the trainer is not set up here")
pytest.importorskip("matplotlib", reason="matplotlib is not installed: there are no plots")

from msgspec.structs import replace

from edge.messages import MOODS
from tests.unit.test_trainer_cli import train
from tests.unit.test_trainer_model import CARD, drawn
from tests.unit.tiny_fer2013 import make
from trainer.evaluate import Evaluation, measure
from trainer.evaluation.damage import every_damage
from trainer.evaluation.examine import against
from trainer.evaluation.mistakes import draw, worst
from trainer.evaluation.page import page, write
from trainer.evaluation.robustness import robustness
from trainer.evaluation.speed import Speed, Timing
from trainer.evaluation.subject import Logits, open_subject
from trainer.evaluation.text import told
from trainer.faces import Faces

FACES = drawn(3)
SPEED = Speed(
    rounds=300,
    one_core=True,
    faces_found=1,
    emotion=(Timing(what="a runtime", cpu_ms=0.2, median_ms=0.3, p95_ms=0.4),),
    detection=(Timing(what="a detection", cpu_ms=0.5, median_ms=0.6, p95_ms=0.7),),
    ratios={"a runtime": {"a detection": 0.4}},
    ratios_by_clock={"a runtime": {"a detection": 0.5}},
)


@pytest.fixture(scope="module")
def measured() -> tuple[Evaluation, Logits]:
    """Everything that a report can hold."""
    subject = open_subject(CARD)
    logits = subject.logits(FACES.pixels)
    plain = measure(subject, logits, FACES, "PublicTest")
    return (
        replace(
            plain,
            robustness=robustness(subject, FACES, logits, damages=every_damage()[::7]),
            against=against(plain, subject, logits, CARD, FACES),
            speed=SPEED,
        ),
        logits,
    )


class Tags(HTMLParser):
    """Checks that what is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_nothing_else(
    measured: tuple[Evaluation, Logits], tmp_path: Path
) -> None:
    path = tmp_path / "deep" / "report.html"
    write(measured[0], path)
    text = path.read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(text)
    assert not tags.open
    assert {"svg", "table", "title", "style"} <= tags.seen
    assert not {"script", "link", "img", "iframe", "image"} & tags.seen
    assert len(tags.ids) == len(set(tags.ids)), "plots do not take each other's parts"
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", text)
    assert not re.findall(r"url\((?!#)|@import", text)
    for used in re.findall(r"""(?:url\(#|href="#)([^)"]+)""", text):
        assert used in tags.ids
    assert "prefers-color-scheme: dark" in text
    assert "width=device-width" in text


def test_the_page_tells_what_the_text_tells(measured: tuple[Evaluation, Logits]) -> None:
    text, words = page(measured[0]), told(measured[0])
    for part in measured[0].figures:
        low, high = part.interval
        for shown in (text, words):
            assert f"{part.metric.accuracy:.1%}" in shown
            assert f"{low:.1%}–{high:.1%}" in shown
    for shown in (text, words):
        assert all(mood in shown for mood in MOODS)
        assert "quality 50" in shown or "low resolution" in shown or "sigma" in shown
        assert "McNemar" in shown
        assert "a detection" in shown


def test_the_same_figures_make_the_same_page(measured: tuple[Evaluation, Logits]) -> None:
    assert page(measured[0]) == page(measured[0])


def test_a_name_cannot_break_the_page(measured: tuple[Evaluation, Logits]) -> None:
    evil = replace(measured[0], model="<script>alert(1)</script>.tflite")
    assert "<script" not in page(evil)


def test_the_surest_mistakes_come_first() -> None:
    faces = drawn(4)
    logits = np.eye(7, dtype=np.float32)[faces.labels] * 5
    wrong = {3: 2.0, 11: 6.0, 20: 4.0}
    for place, height in wrong.items():
        logits[place] = 0
        logits[place, (faces.labels[place] + 2) % 7] = height
    found = worst("fer2013", logits, 1.0, faces, 10)
    assert [one.place for one in found] == [11, 20, 3]
    assert found[0].truth == MOODS[faces.labels[11]]
    assert found[0].answer == MOODS[(faces.labels[11] + 2) % 7]
    assert found[0].confidence > found[1].confidence > found[2].confidence
    assert [one.place for one in worst("fer2013", logits, 1.0, faces, 2)] == [11, 20]


def test_faces_without_a_majority_are_no_mistakes() -> None:
    faces = drawn(2)
    torn = Faces(faces.pixels, faces.labels, np.ones_like(faces.votes), faces.rows)
    logits = np.zeros((len(faces), 7), np.float32)
    assert worst("perceived", logits, 1.0, torn, 10) == []


def test_the_sheet_is_a_picture(measured: tuple[Evaluation, Logits], tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "sheet.png"
    draw(*measured, FACES, path)
    with Image.open(path) as sheet:
        assert sheet.width > 800
        assert sheet.format == "PNG"


def test_the_command_writes_what_was_asked_and_nothing_else(tmp_path: Path) -> None:
    home = tmp_path / "out"
    files = ("--html", home / "report.html", "--no-robust", "--json")
    asked = ("evaluate", CARD, make(tmp_path / "set"), *files)
    answer = train(tmp_path / "cache", *asked)
    assert answer.returncode == 0, answer.stderr
    about = json.loads(answer.stdout)
    assert about["temperature_from"] == "card"
    assert about["faces"] == 14
    assert about["robustness"] is None
    assert [path.name for path in home.iterdir()] == ["report.html"]
    answer = train(tmp_path / "cache", *asked[:3], "--worst", home / "worst.png")
    assert "what each was read as" in answer.stdout
    assert sorted(path.name for path in home.iterdir()) == ["report.html", "worst.png"]
