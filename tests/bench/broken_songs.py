"""Songs that cannot be played, each kind through a whole box: how soon the next one begins.

    python -m tests.bench.player broken

The box, its player and a broker run as processes of their own, and a stranger asks over MQTT. Every
song is a good file while the box reads its library, and is made what it is afterwards; a disk that
does not answer is a lease on the file, for which the kernel lets everyone wait who opens it.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.broker import HOST, Mosquitto
from tests.parts.held_file import held
from tests.parts.sines import sine
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]
_BIG = 100_000_000
_RATE = 48_000
_DICE = np.random.default_rng(5)
_HUGE_HEADER = (
    b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\1\0\2\0\x44\xac\0\0\x10\xb1\2\0\4\0\x10\0"
    b"LIST\xff\xff\xff\x7f"
)
_NOT_OURS = "not ours to read"
Spoil = Callable[[Path], object]


def _garbage_in_the_middle(path: Path) -> None:
    whole = path.read_bytes()
    middle = len(whole) // 4
    path.write_bytes(whole[:middle] + _DICE.bytes(20_000) + whole[middle + 20_000 :])


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 50])


def _picture(path: Path) -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(_DICE.integers(0, 255, (3000, 4000, 3), np.uint8)).save(out, "PNG")
    path.write_bytes(out.getvalue())


def _silent_film(path: Path) -> None:
    film = path.with_suffix(".mp4")
    with av.open(str(film), "w") as container:
        stream: Any = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        for _ in range(50):
            pixels = _DICE.integers(0, 255, (720, 1280, 3), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    film.replace(path)


def _anew(make: Callable[[Path], object]) -> Spoil:
    def spoil(path: Path) -> None:
        path.unlink()
        make(path)

    return spoil


def _noise_after(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000] + _DICE.bytes(_BIG))


KINDS: dict[str, tuple[str, Spoil]] = {
    "zero length": (".mp3", lambda path: path.write_bytes(b"")),
    "text": (".mp3", lambda path: path.write_bytes(b"no music, only words. " * 5000)),
    "100 MB of text": (".mp3", lambda path: path.write_bytes(b"only words. " * (_BIG // 12))),
    "200 MB of zeros": (".mp3", lambda path: path.write_bytes(bytes(2 * _BIG))),
    "zeros called FLAC": (".flac", lambda path: path.write_bytes(bytes(_BIG))),
    "noise called M4A": (".m4a", lambda path: path.write_bytes(_DICE.bytes(_BIG))),
    "cut MP3": (".mp3", _cut),
    "cut FLAC": (".flac", _cut),
    "cut Ogg": (".ogg", _cut),
    "cut M4A": (".m4a", _cut),
    "cut Opus": (".opus", _cut),
    "head of FLAC, then noise": (".flac", _noise_after),
    "head of Ogg, then noise": (".ogg", _noise_after),
    "head of Opus, then noise": (".opus", _noise_after),
    "picture called FLAC": (".flac", _picture),
    "film without sound": (".m4a", _silent_film),
    "huge length in the header": (
        ".wav",
        lambda path: path.write_bytes(_HUGE_HEADER + _DICE.bytes(1_000_000)),
    ),
    "missing file": (".mp3", Path.unlink),
    "folder": (".mp3", _anew(Path.mkdir)),
    "pipe": (".mp3", _anew(os.mkfifo)),
    _NOT_OURS: (".mp3", lambda path: path.chmod(0)),
    "link to itself": (".mp3", _anew(lambda path: path.symlink_to(path))),
    "disk that does not answer": (".flac", lambda _path: None),
    "garbage in the middle, MP3": (".mp3", _garbage_in_the_middle),
    "garbage in the middle, FLAC": (".flac", _garbage_in_the_middle),
    "garbage in the middle, Ogg": (".ogg", _garbage_in_the_middle),
    "garbage in the middle, M4A": (".m4a", _garbage_in_the_middle),
}
_PLAYS_ON = "garbage in the middle"


class Guest:
    """Asks a box over MQTT and keeps what it tells."""

    def __init__(self, port: int) -> None:
        self.told: list[tuple[float, str, Any]] = []
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.on_connect = lambda client, *_: client.subscribe("moodbox/#", qos=1)
        self._client.on_message = lambda _c, _u, message: self._take(message)
        self._client.connect(HOST, port)
        self._client.loop_start()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def ask(self, name: str, **words: Any) -> Any:
        count = len(self.told)
        self._client.publish(f"moodbox/bench/request/{name}", json.dumps(words), qos=1)

        def answers() -> list[Any]:
            return [one for _, topic, one in self.told[count:] if topic == f"response/{name}"]

        until(answers, 10.0, f"an answer to {name}")
        assert answers()[0]["status"] == "ok", answers()[0]
        return answers()[0]["data"]

    def say(self, name: str, payload: str = "") -> None:
        self._client.publish(f"moodbox/bench/{name}/set", payload, qos=1)

    def state(self) -> dict[str, Any]:
        return next((one for _, topic, one in reversed(self.told) if topic == "state"), {})

    def events(self, kind: str, since: float = 0.0) -> list[tuple[float, dict[str, Any]]]:
        return [
            (at, one)
            for at, topic, one in list(self.told)
            if topic == "event" and one["event_type"] == kind and at >= since
        ]

    def _take(self, message: paho.MQTTMessage) -> None:
        name = message.topic.split("/", 2)[2]
        if message.payload[:1] == b"{":
            self.told.append((time.monotonic(), name, json.loads(message.payload)))


@contextmanager
def box(folder: Path, songs: Path) -> Iterator[Guest]:
    broker = Mosquitto(folder)
    broker.start()
    sets = {
        "library.paths": f'["{songs}"]',
        "library.watch": "false",
        "player.driver": "none",
        "camera.source": "demo",
        "mqtt.host": HOST,
        "mqtt.port": broker.port,
        "box.id": "bench",
    }
    places = [f"--state={folder / 'state'}", f"--socket={folder / 'link.sock'}"]
    words = [f"--set={name}={value}" for name, value in sets.items()]
    command = [sys.executable, "-m", "edge.cli", "run", *places, *words]
    guest = Guest(broker.port)
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        try:
            yield guest
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(15.0)
            guest.close()
            broker.kill()


def broken(folder: Path) -> None:
    songs = folder / "songs"
    songs.mkdir()
    paths = {}
    for number, (kind, (suffix, _)) in enumerate(KINDS.items()):
        paths[kind] = sine(songs / f"kind{number:02}{suffix}", 500.0 + 9 * number, 30.0, _RATE)
    for number in range(2):
        sine(songs / f"good{number}.flac", 300.0 + 5 * number, 30.0, _RATE)
    with box(folder, songs) as guest:
        until(lambda: guest.events("scan_finished"), 60.0, "the scan")
        guest.say("mode", "auto")
        guest.say("override", "happy")
        until(lambda: guest.state().get("player") == "playing", 30.0, "a song")
        for kind, (_, spoil) in KINDS.items():
            if kind == _NOT_OURS and not os.geteuid():
                print(f"{kind}: not tried, for root may read everything")
                continue
            spoil(paths[kind])
            if kind.startswith("disk"):
                with held(paths[kind]):
                    _time(guest, kind, paths[kind])
            else:
                _time(guest, kind, paths[kind])


def _id(guest: Guest, title: str) -> str:
    found = guest.ask("search", query=title)["items"]
    return str(next(one["id"] for one in found if one["title"] == title))


def _time(guest: Guest, kind: str, path: Path) -> None:
    track_id = _id(guest, path.stem)
    guest.ask("play", track_id=_id(guest, "good0"))
    guest.ask("queue", track_ids=[_id(guest, "good1")])
    asked = time.monotonic()
    guest.ask("play", track_id=track_id)

    def follower() -> float | None:
        after = [
            at for at, one in guest.events("track_started", asked) if one["track"]["id"] != track_id
        ]
        return after[0] if after else None

    if kind.startswith(_PLAYS_ON):
        time.sleep(2.0)
        assert guest.events("track_started", asked)
        print(f"{kind}: {'goes on over it' if follower() is None else 'is skipped'}", flush=True)
        return
    until(lambda: follower() is not None, 20.0, f"a song after {kind}")
    until(lambda: _sounds(guest, track_id), 20.0, f"sound after {kind}")
    words = [one["message"] for _, one in guest.events("fault", asked)]
    took = (follower() or 0.0) - asked
    print(f"{kind}: the next song after {1000 * took:.0f} ms; {' '.join(words)}", flush=True)


def _sounds(guest: Guest, but: str) -> bool:
    state = guest.state()
    track = state.get("track") or {}
    return state.get("player") == "playing" and track.get("id") not in {None, but}
