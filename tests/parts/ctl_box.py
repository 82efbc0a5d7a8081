"""A box alone for the tests of `moodbox ctl`."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from edge.link import answers
from tests.parts.tools import ROOT, command, environment
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
