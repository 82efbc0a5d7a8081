"""A box alone, and `moodbox ctl` that speaks to it."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from typer.testing import CliRunner

from edge.cli_commands import app
from edge.link import answers
from tests.parts.tools import ROOT, command, environment, lines
from tests.waiting import until

START_S: Final = 40.0


class Box:
    """A box alone, with the starter songs and nobody to play them."""

    def __init__(self, folder: Path, name: str, *options: str) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.name, self._options = folder, name, options
        self.socket = folder / "link.sock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        places = ("--state", self.folder, "--socket", self.socket)
        words = ("box", *places, f"--set=box.id={self.name}", *self._options)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command(*words), cwd=ROOT, env=environment(self.folder), stderr=log
            )
        until(lambda: answers(self.socket), START_S, "a box")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def end(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0, (self.folder / "log").read_text()


@contextmanager
def running(box: Box) -> Iterator[Box]:
    box.start()
    try:
        yield box
    finally:
        box.kill()


def ask(box: Box, *words: str) -> Any:
    """In this process, as Python takes a second to start."""
    return CliRunner().invoke(app, ["ctl", *words, "--socket", str(box.socket)])


def said(box: Box, *words: str) -> str:
    done = ask(box, *words)
    assert (done.exit_code, done.stderr) == (0, ""), words
    text: str = done.stdout
    return text


class Watcher:
    """`ctl watch` in a process of its own."""

    def __init__(self, folder: Path, *words: str) -> None:
        self._folder = folder
        with (folder / "watch.out").open("wb") as out, (folder / "watch.err").open("wb") as err:
            self.process = subprocess.Popen(
                command("ctl", "watch", *words),
                cwd=ROOT,
                env=environment(folder),
                stdout=out,
                stderr=err,
            )

    def said(self, where: str = "out") -> str:
        return (self._folder / f"watch.{where}").read_text()

    def heard(self) -> list[dict[str, Any]]:
        text = self.said()
        return lines(text[: text.rfind("\n") + 1])

    def last(self, topic: str) -> dict[str, Any]:
        found = [one["payload"] for one in self.heard() if one["topic"].endswith(f"/{topic}")]
        return found[-1] if found else {}


@contextmanager
def watcher(box: Box, *words: str) -> Iterator[Watcher]:
    one = Watcher(box.folder, "--socket", str(box.socket), *words)
    try:
        yield one
    finally:
        one.process.kill()
        one.process.wait(10)
