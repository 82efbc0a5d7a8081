"""Which sound driver to use, tried out in a child process first.

SDL 2.28 crashes while it connects to a PulseAudio that has no sink, ALSA writes a page of errors
to the terminal where there is no card, and either can hang. A child may do all that.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from edge.errors import AudioError
from edge.family import PARENT
from edge.player.speaker import Fill, PygameSpeaker

_CARDS = Path("/dev/snd")
_STATES = Path("/proc/asound")
_TRIAL_S = 6.0
_ASK_S = 1.0
_ASK_EACH_S = 1.0
_UNTRIED = {"disk", "dummy"}
"""These neither crash nor write, and trying `disk` would empty the file."""
_TRIAL = """
import os, resource, signal, sys
from edge.family import die_with_parent
die_with_parent(os.environ)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
signal.alarm(10)
from edge.errors import AudioError
from edge.player.speaker import PygameSpeaker
try:
    PygameSpeaker(lambda samples: None, sys.argv[1], sys.argv[2]).close()
except AudioError as error:
    print(error)
    sys.exit(1)
"""


class Drivers:
    """The loudspeakers of this machine, as the owner chose."""

    def __init__(
        self, driver: str = "auto", device: str = "", env: Mapping[str, str] = os.environ
    ) -> None:
        self._driver = driver
        self._device = device
        self._env = env
        self._sinks = ""
        self._asked_at = 0.0

    def find(self) -> str:
        """The first driver that works; AudioError with one sentence where none does."""
        problems = []
        for name in candidates(self._driver, self._env):
            problem = _try_out(name, self._device, self._env)
            if problem is None:
                return name
            problems.append(problem)
        raise AudioError(f"There is no loudspeaker to play on ({'; '.join(problems)}).")

    def open(self, fill: Fill, driver: str) -> PygameSpeaker:
        return PygameSpeaker(fill, driver, self._device)

    def any(self) -> bool:
        """Whether this machine has anything that sound could come from, well or not."""
        chosen = self._driver != "auto" or bool(self._env.get("SDL_AUDIODRIVER"))
        return chosen or pulse_answers(self._env) or bool(_cards())

    def signs(self) -> object:
        """Changes when something was plugged in or out, or is no longer in use by another."""
        answers = pulse_answers(self._env)
        if answers and time.monotonic() - self._asked_at >= _ASK_EACH_S:
            self._sinks, self._asked_at = pulse_sinks(self._env), time.monotonic()
        return answers, self._sinks, _cards(), _in_use()


def candidates(driver: str, env: Mapping[str, str]) -> tuple[str, ...]:
    """What to try, in this order: the owner's word, SDL's own variable, a server, the card."""
    if driver != "auto":
        return (driver,)
    if env.get("SDL_AUDIODRIVER"):
        return tuple(env["SDL_AUDIODRIVER"].split(","))
    # Not without an answer: libpulse would start a server of its own. PipeWire answers here too.
    return ("pulseaudio", "alsa") if pulse_answers(env) else ("alsa",)


def pulse_answers(env: Mapping[str, str]) -> bool:
    """Whether a PulseAudio, or PipeWire in its stead, listens where libpulse will look."""
    server = env.get("PULSE_SERVER", "")
    if server:
        where = server.rsplit("unix:", 1)[-1]
        return _listens(Path(where)) if where.startswith("/") else True
    folders = [
        env.get("PULSE_RUNTIME_PATH"),
        f"{env['XDG_RUNTIME_DIR']}/pulse" if env.get("XDG_RUNTIME_DIR") else None,
        "/run/pulse",
    ]
    return any(_listens(Path(folder) / "native") for folder in folders if folder)


def pulse_sinks(env: Mapping[str, str]) -> str:
    """The names of its sinks as its own tool lists them; nothing where that is not installed."""
    listed = pactl(env, "list", "short", "sinks", within_s=_ASK_S)
    return " ".join(line.split("\t")[1] for line in listed.splitlines() if "\t" in line)


def pactl(env: Mapping[str, str], *words: str, within_s: float) -> str:
    """What PulseAudio's tool answers in English; nothing where it does not."""
    if shutil.which("pactl", path=env.get("PATH")) is None:
        return ""
    try:
        done = subprocess.run(
            ["pactl", *words],
            env={**env, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=within_s,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _cards() -> tuple[str, ...]:
    return tuple(sorted(path.name for path in _CARDS.iterdir())) if _CARDS.is_dir() else ()


def _in_use() -> tuple[bool, ...]:
    """Of each of ALSA's outputs whether somebody plays there."""
    return tuple(_used(path) for path in sorted(_STATES.glob("card*/pcm*p/sub*/status")))


def _used(status: Path) -> bool:
    try:
        return not status.read_bytes().startswith(b"closed")
    except OSError:  # pulled out in this moment
        return False


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _try_out(driver: str, device: str, env: Mapping[str, str]) -> str | None:
    """What is wrong with it; None where it opens."""
    if driver in _UNTRIED:
        return None
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (root, env.get("PYTHONPATH"))))
    try:
        done = subprocess.run(
            [sys.executable, "-c", _TRIAL, driver, device],
            env={**env, "PYTHONPATH": path, PARENT: str(os.getpid())},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=_TRIAL_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{driver} does not answer"
    if done.returncode == 0:
        return None
    if done.returncode < 0:
        return f"{driver} has no loudspeaker"
    if driver == "alsa" and not _CARDS.is_dir():
        return "alsa finds no sound card"
    return done.stdout.strip() or f"{driver} cannot be used: {_last_line(done.stderr)}"


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1]
