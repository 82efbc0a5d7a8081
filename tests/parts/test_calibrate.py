"""`moodbox calibrate` as its user runs it: a real box and link, an eye of our own."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest
from msgspec.structs import replace

from edge.link import Client, answers
from edge.messages import (
    MOODS,
    PROTOCOL,
    AskRest,
    Hello,
    Mood,
    Published,
    Reading,
    Rest,
    ToEye,
    Watch,
)
from edge.tool_line import Line
from tests.parts.tools import (
    MEAN_FACES,
    ROOT,
    command,
    demo_pictures,
    environment,
    moodbox,
    needs_detector,
    write,
)
from tests.readings import face
from tests.waiting import until

SAD: dict[Mood, float] = {**dict.fromkeys(MOODS, 0.02), "sad": 0.5, "neutral": 0.4}
GLAD: dict[Mood, float] = {**dict.fromkeys(MOODS, 0.02), "happy": 0.88}


class Eye:
    """Tells of one face, eight looks to a second that passes six times as fast."""

    def __init__(self, socket: Path) -> None:
        self.shares: Mapping[Mood, float] = SAD
        self._at = time.monotonic()
        self._stop = threading.Event()
        self._client = Client(
            socket,
            hello=lambda: Hello(protocol=PROTOCOL, role="eye", pid=os.getpid()),
            kinds=ToEye,
            on_message=lambda _: None,
        )
        self._thread = threading.Thread(target=self._look, name="eye")
        self._client.start()
        self._thread.start()

    def _look(self) -> None:
        while not self._stop.wait(0.02):
            self._at += 0.125
            seen = replace(face("sad"), probabilities=dict(self.shares), id=7)
            self._client.send(Reading(at=self._at, faces=(seen,), listener=0))

    def close(self) -> None:
        self._stop.set()
        self._thread.join(5)
        self._client.close()


class Ear:
    """A tool that keeps the newest state."""

    def __init__(self, socket: Path) -> None:
        self.state: dict[str, Any] = {}
        self._client: Client = Client(
            socket,
            hello=lambda: Hello(protocol=PROTOCOL, role="tool", pid=os.getpid()),
            kinds=Hello | Reading | Published,
            on_message=self._take,
            on_connected=lambda: self._client.send(Watch()),
        )
        self._client.start()

    def _take(self, message: Any) -> None:
        if isinstance(message, Published) and message.topic.endswith("/state"):
            self.state = message.payload

    def close(self) -> None:
        self._client.close()


class Home:
    """A state folder, and a box that may be started on it again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.socket = folder / "link.sock"
        self.rest = self.state / "rest.json"

    @contextmanager
    def process(self, *words: str) -> Iterator[None]:
        places = ("--state", self.state, "--socket", self.socket)
        log = self.folder / f"{words[0]}.log"
        with log.open("a") as file:
            one = subprocess.Popen(
                command(*words, *places), cwd=ROOT, env=environment(self.folder), stderr=file
            )
        try:
            yield
        finally:
            one.send_signal(signal.SIGTERM)
            assert one.wait(20) == 0, log.read_text()

    @contextmanager
    def box(self) -> Iterator[None]:
        with self.process("box", "--set=library.paths=[]"):
            until(lambda: answers(self.socket), 30, "a box")
            yield

    def calibrate(self, *words: str) -> subprocess.CompletedProcess[str]:
        return moodbox("calibrate", "--socket", self.socket, *words, env=environment(self.folder))

    def kept(self) -> dict[str, Any]:
        done = self.calibrate("--show", "--json")
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def eye(home: Home) -> Iterator[Eye]:
    one = Eye(home.socket)
    yield one
    one.close()


@pytest.fixture
def ear(home: Home) -> Iterator[Ear]:
    one = Ear(home.socket)
    yield one
    one.close()


def test_a_face_that_rests_sad_is_neutral_from_then_on(home: Home, eye: Eye, ear: Ear) -> None:
    with home.box():
        until(lambda: ear.state.get("mood") == "sad", 20, "a sad mood")
        assert home.kept()["stored"] is False
        done = home.calibrate("--yes", "--seconds", "5")
        assert done.returncode == 0, done.stderr
        assert "sad 0.50, neutral 0.40" in done.stdout
        assert home.rest.stat().st_mode & 0o777 == 0o600
        until(lambda: ear.state["mood"] == "neutral", 20, "a neutral mood")
    with home.box():
        kept = home.kept()
        assert kept["stored"] is True
        assert kept["probabilities"] == pytest.approx(SAD)
        assert (kept["seconds"], kept["path"]) == (5.0, str(home.rest))
        until(lambda: ear.state["mood"] == "neutral", 20, "a neutral mood after a restart")
        done = home.calibrate("--reset")
        assert done.returncode == 0, done.stderr
        assert not home.rest.exists()
        assert home.kept()["stored"] is False
        until(lambda: ear.state["mood"] == "sad", 20, "a sad mood")
    assert eye.shares is SAD


def test_a_laugh_is_refused_and_what_was_stored_stays(home: Home, eye: Eye) -> None:
    with home.box():
        assert home.calibrate("--yes", "--seconds", "5").returncode == 0
        before = home.rest.read_bytes()
        eye.shares = GLAD
        done = home.calibrate("--yes", "--seconds", "5")
        assert done.returncode == 1
        assert "laughs" in done.stderr
        assert done.stdout == ""
        assert home.rest.read_bytes() == before


def test_a_damaged_file_is_one_warning(home: Home) -> None:
    home.state.mkdir()
    home.rest.write_text("{half")
    with home.box():
        assert home.kept()["stored"] is False
    assert (home.folder / "box.log").read_text().count("moodbox calibrate") == 1


def test_the_door_takes_from_no_tool_what_is_no_face_at_rest(home: Home) -> None:
    with home.box(), Line(home.socket) as line:
        before = line.ask(AskRest())
        assert (before.probabilities, before.problem) == (None, None)
        answer = line.ask(Rest(probabilities={**SAD, "sad": 0.9}))
        assert answer.problem is not None
        assert "sum to one" in answer.problem
        assert answer.probabilities is None
        assert not home.rest.exists()
        kept = line.ask(Rest(probabilities=SAD, seconds=7.0))
        assert (kept.probabilities, kept.problem) == (SAD, None)


def test_without_a_box_there_is_one_sentence(home: Home) -> None:
    for words in (["--show"], ["--reset"], ["--yes"]):
        done = home.calibrate(*words)
        assert done.returncode == 1
        assert done.stderr.startswith("No box is running")
        assert len(done.stderr.splitlines()) == 1


def test_nobody_is_calibrated_unasked(home: Home) -> None:
    with home.box():
        done = home.calibrate()
        assert done.returncode == 2
        assert "--yes" in done.stderr
    assert home.calibrate("--show", "--reset").returncode == 2
    assert home.calibrate("--yes", "--seconds", "4").returncode == 2


class Terminal:
    """The tool in a terminal, and what it wrote there."""

    def __init__(self, home: Home, *words: str) -> None:
        self._mine, theirs = pty.openpty()
        self.process = subprocess.Popen(
            command("calibrate", "--socket", home.socket, *words),
            cwd=ROOT,
            env=environment(home.folder),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        self.said = ""

    def hear(self, *wanted: str) -> None:
        while not all(text in self.said for text in wanted):
            self.said += os.read(self._mine, 4096).decode()  # at its end this raises

    def type(self, text: str) -> None:
        os.write(self._mine, text.encode())

    def interrupt(self) -> None:
        """Ctrl-C, once it sleeps: one that comes just before Python reads a line, Python misses."""
        asleep = 0

        def waits() -> bool:
            nonlocal asleep
            stat = Path(f"/proc/{self.process.pid}/stat").read_text()
            asleep = asleep + 1 if stat.rpartition(")")[2].split()[0] == "S" else 0
            return asleep >= 10

        until(waits, 10, "sleep")
        self.process.send_signal(signal.SIGINT)

    def ends(self) -> int:
        return self.process.wait(20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(5)
        os.close(self._mine)


def test_the_owner_is_asked_and_may_change_their_mind(home: Home, eye: Eye) -> None:
    with home.box():
        with Terminal(home) as one:
            one.hear("seven numbers", "no picture", "--reset", "Begin?")
            one.type("n\n")
            assert one.ends() == 1
        with Terminal(home) as two:
            two.hear("Begin?")
            two.interrupt()
            assert two.ends() == 130
        with Terminal(home, "--seconds", "60") as three:
            three.hear("Begin?")
            three.type("y\n")
            three.hear("of 60 s")
            three.interrupt()
            assert three.ends() == 130
        assert home.kept()["stored"] is False
    assert eye.shares is SAD


@needs_detector
def test_a_real_eye_watches_a_real_face(home: Home) -> None:
    assert MEAN_FACES.is_dir()
    picture = write(home.folder / "neutral.png", demo_pictures([6.5], 1.0)[0])
    with home.box(), home.process("eye", f"--set=camera.source={picture}"):
        done = home.calibrate("--yes", "--seconds", "5", "--json")
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        assert answer["stored"] is True
        shares: Sequence[float] = list(answer["probabilities"].values())
        assert sum(shares) == pytest.approx(1, abs=0.001)
        assert answer["probabilities"]["neutral"] > 0.5
        log = (home.folder / "eye.log").read_text()
    assert "Error" not in log
