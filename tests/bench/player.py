"""What a listener hears of the player, recorded from a PulseAudio null sink.

    python -m tests.bench.player [ramp] [scan] [seams] [loudness] [latency] [costs] [device]
        [broken] [--seconds 60]

Nothing is faked: player runs as a process of its own and PulseAudio's recorder listens. All figures
together take about a quarter of an hour.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
from mutagen.mp4 import MP4

from edge.family import PARENT
from edge.messages import Ahead, Play, Stop, Track, Volume
from edge.mind import level
from edge.player.measuring import measure
from edge.ports import Samples
from tests.bench.broken_songs import broken
from tests.bench.library import make
from tests.parts.null_sink import RATE, NullSink
from tests.parts.player_beside import Player
from tests.parts.player_program import SPIN
from tests.parts.sines import write
from tests.waiting import until

HOGS = (2, 4, 8)
SCANNED = 50_000
WRAP = 30_000
_TRIES = 14
KINDS = {".flac": 44_100, ".mp3": 44_100, ".m4a": 44_100, ".opus": 48_000}


class Stage:
    """A sink, its recorder and the player."""

    def __init__(self, sink: NullSink, player: Player) -> None:
        self.sink, self.player = sink, player

    def play(self, path: Path, track_id: str = "1", **more: object) -> None:
        self.player.ask(Play(track_id=track_id, path=str(path), **more))  # type: ignore[arg-type]  # a field each

    def over(self, track_id: str, within_s: float = 120.0) -> None:
        def told() -> bool:
            ended = self.player.last("ended")
            return bool(ended and ended["track_id"] == track_id)

        until(told, within_s, f"the end of {track_id}")
        time.sleep(0.5)

    def heard(self, since: int = 0) -> Samples:
        return self.sink.heard(since)

    def now(self) -> int:
        return round(self.sink.heard_s() * RATE)


@contextmanager
def stage(*, spin: bool = False) -> Iterator[Stage]:
    with NullSink() as sink:
        sink.record()
        player = Player({**sink.env, **({SPIN: "1"} if spin else {})})
        player.ask(Volume(level=100))
        try:
            yield Stage(sink, player)
        finally:
            player.end()


# --- clicks ------------------------------------------------------------------------------------


def ramp(folder: Path, seconds: float) -> None:
    """A song whose every sample is known, alone and in bad company."""
    count = np.arange(round(seconds * RATE)) % WRAP
    path = write(folder / "ramp.wav", np.tile((count / 32_768).astype(np.float32), (2, 1)), RATE)
    _played(path, seconds, "alone", spin=False)
    for hogs in HOGS:
        busy = [multiprocessing.Process(target=_hog, daemon=True) for _ in range(hogs)]
        for one in busy:
            one.start()
        try:
            what = f"beside a thread and {hogs} processes at 100 %"
            _played(path, seconds, what, spin=True)
        finally:
            for one in busy:
                one.kill()


def scan(folder: Path, seconds: float, files: int) -> None:
    """The same while box reads a collection that it does not know."""
    count = np.arange(round(seconds * RATE)) % WRAP
    path = write(folder / "ramp.wav", np.tile((count / 32_768).astype(np.float32), (2, 1)), RATE)
    make(folder / "music", files)
    places = [f"--state={folder}", f"--socket={folder / 'link.sock'}"]
    own = [f"--set=library.paths={folder / 'music'}", "--set=library.watch=false"]
    box = subprocess.Popen(
        [sys.executable, "-m", "edge.cli", "box", *places, *own], stderr=subprocess.DEVNULL
    )
    try:
        _played(path, seconds, f"beside a box that scans {files:,} files", spin=False)
        print(f"  of which {_known(folder / 'library.db'):,} were known at the end")
    finally:
        box.terminate()
        box.wait(20)


def _known(database: Path) -> int:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as library:
        known: int = library.execute("SELECT count(*) FROM files").fetchone()[0]
    return known


def _played(path: Path, seconds: float, what: str, *, spin: bool) -> None:
    with stage(spin=spin) as here:
        here.play(path)
        here.over("1", seconds + 30)
        breaks, lost = _breaks(here.heard()[:, 0])
    end = here.player.last("end")
    empty = end["gaps"] if end else "?"
    print(
        f"ramp of {seconds:.0f} s {what}: {breaks} discontinuities ({lost} samples), "
        f"{empty} empty reads of the ring"
    )


def _breaks(heard: Samples) -> tuple[int, int]:
    counts = np.round(heard * 32_768).astype(int)
    sound = counts[np.flatnonzero(counts)[0] : np.flatnonzero(counts)[-1] + 1]
    steps = np.diff(sound) % WRAP
    return int((steps != 1).sum()), int((steps == 0).sum())


def _hog() -> None:
    while True:
        pass


# --- seams -------------------------------------------------------------------------------------


def seams(folder: Path) -> None:
    """One continuous sound, cut in two and encoded, told ahead as an album's next song is."""
    for suffix, rate in KINDS.items():
        dice = np.random.default_rng(4)
        noise = np.cumsum(dice.normal(0, 1, 8 * rate))
        noise = noise - np.convolve(noise, np.ones(401) / 401, "same")
        whole = np.tile((0.3 * noise / np.abs(noise).max()).astype(np.float32), (2, 1))
        cut = 4 * rate + 321
        paths = [
            write(folder / f"{number}{suffix}", part, rate)
            for number, part in enumerate((whole[:, :cut], whole[:, cut:]))
        ]
        if suffix == ".m4a":
            _note(paths[0], cut)
            _note(paths[1], whole.shape[1] - cut)
        with stage() as here:
            here.play(paths[0])
            second = Play(track_id="2", path=str(paths[1]))
            here.player.ask(Ahead(after="1", play=second))
            here.over("2")
            heard = here.heard()[:, 0]
        # What the same codec makes of the uncut sound, so that only the seam is judged.
        uncut = _resampled(write(folder / f"whole{suffix}", whole, rate))
        at = round(cut * RATE / rate)
        before, after = (
            _lag(heard, uncut[at + by : at + by + RATE]) - by for by in (-RATE - 960, 960)
        )
        near, wanted = heard[before - 960 : before + 960], uncut[at - 960 : at + 960]
        off = np.abs(near - wanted).max() / np.abs(uncut).max()
        print(
            f"seam {suffix}: {after - before:+d} samples, longest silence {_longest_quiet(near)} "
            f"samples, at most {off:.3f} of full swing off the uncut sound"
        )


def _note(path: Path, frames: int) -> None:
    song = MP4(path)
    note = f" 00000000 00000400 {-(frames + 1024) % 1024:08X} {frames:016X}"
    song["----:com.apple.iTunes:iTunSMPB"] = [note.encode()]
    song.save()


def _resampled(path: Path) -> Samples:
    from edge.player.converter import Converter
    from edge.player.song_file import SongFile

    converter = Converter(RATE)
    with SongFile(path) as song:
        blocks = [block for frame in song.frames() for block in converter.push(frame)]
    left: Samples = np.concatenate([*blocks, *converter.flush()])[:, 0]
    return left


def _lag(heard: Samples, piece: Samples) -> int:
    size = 1 << (len(heard) + len(piece)).bit_length()
    product = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(piece, size))
    return int(np.fft.irfft(product, size)[: len(heard)].argmax())


def _longest_quiet(sound: Samples) -> int:
    longest = run = 0
    for quiet in np.abs(sound) < 1e-5:
        run = run + 1 if quiet else 0
        longest = max(longest, run)
    return longest


# --- loudness ----------------------------------------------------------------------------------


def loudness(folder: Path) -> None:
    """Songs from very soft to very loud: once measured before, once measured while they play."""
    dice = np.random.default_rng(7)
    songs = []
    for number, amplitude in enumerate((0.08, 0.15, 0.3, 0.6, 0.95)):
        noise = dice.normal(0, 1, (2, 14 * RATE))
        swell = 0.6 + 0.4 * np.sin(np.arange(14 * RATE) * 2 * np.pi * (0.5 + number / 9) / RATE)
        sound = np.clip(amplitude * 0.4 * noise * swell, -1, 1).astype(np.float32)
        songs.append(write(folder / f"loud{number}.flac", sound, RATE))
    for known in (True, False):
        results = []
        with stage() as here:
            for path in songs:
                begin, name = here.now(), path.stem
                lufs, peak_db = _measured(path)
                if known:
                    gain = level.of_track(Track(id="1", path="", loudness=lufs, peak_db=peak_db))
                    here.play(path, name, gain_db=gain)
                    settle = 0.5
                else:
                    here.play(path, name, gain_db=level.of_guess(), level_to=level.TARGET)
                    settle = 8.0
                here.over(name)
                sound = here.heard(begin)
                first = np.flatnonzero(sound[:, 0])[0]
                part = sound[first + round(settle * RATE) : first + round(13.5 * RATE)]
                results.append((lufs, _measured(write(folder / "h.wav", part.T, RATE))[0]))
        after = [there for _, there in results]
        print(
            f"loudness {'known before' if known else 'measured while playing (from 8 s on)'}: "
            + ", ".join(f"{was:.1f} → {there:.2f}" for was, there in results)
            + f" LUFS; spread {max(after) - min(after):.2f} LU"
        )


def _measured(path: Path) -> tuple[float, float]:
    found = measure(path, threading.Event())
    assert found is not None
    return found


# --- latency, costs, the device ----------------------------------------------------------------


def latency(folder: Path) -> None:
    """From the message to the first sample at the monitor, the recorder's own lag included."""
    tone = 0.3 * np.ones((2, 30 * 44_100), np.float32)
    silence = np.zeros((2, 30 * 44_100), np.float32)
    silent = write(folder / "silent.flac", silence, 44_100)
    for suffix in (".flac", ".mp3", ".m4a"):
        song = write(folder / f"tone{suffix}", tone, 44_100)
        for over in ("from silence", "over another song", "in the middle of a crossfade"):
            took = []
            with stage() as here:
                time.sleep(1.0)
                for _ in range(_TRIES):
                    if over != "from silence":
                        here.play(silent, "0")
                        time.sleep(1.0)
                    if over.endswith("crossfade"):
                        here.play(silent, "00", fade_s=2.0)
                        time.sleep(1.0)
                    begin, at = here.now(), time.monotonic()
                    here.play(song)
                    until(lambda begin=begin: here.heard(begin).any(), 5.0)  # type: ignore[misc]
                    took.append(time.monotonic() - at)
                    here.player.ask(Stop(fade_s=0.0))
                    time.sleep(0.6)
            print(
                f"first sample {suffix} {over}: median {1000 * float(np.median(took)):.0f} ms, "
                f"worst {1000 * max(took):.0f} ms of {len(took)}"
            )


def costs(folder: Path, seconds: float) -> None:
    for suffix in (".flac", ".mp3", ".opus"):
        rate = KINDS[suffix]
        dice = np.random.default_rng(2)
        noise = np.tile(
            dice.normal(0, 0.1, round((seconds + 10) * rate)).astype(np.float32), (2, 1)
        )
        song = write(folder / f"cost{suffix}", noise, rate)
        with stage() as here:
            here.play(song)
            time.sleep(3.0)
            before, at = _cpu_s(here.player.pid), time.monotonic()
            time.sleep(seconds)
            share = (_cpu_s(here.player.pid) - before) / (time.monotonic() - at)
        end = here.player.last("end")
        print(
            f"costs {suffix} at {rate} Hz: {100 * share:.1f} % of a core, "
            f"{end['memory_mb'] if end else 0:.0f} MB at most"
        )


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def device(folder: Path) -> None:
    """The sink is unloaded in mid-song, and loaded again."""
    count = np.arange(60 * RATE) % WRAP
    song = write(folder / "d.wav", np.tile((count / 32_768).astype(np.float32), (2, 1)), RATE)
    for how in ("sink unloaded", "server killed"):
        with stage() as here:
            here.play(song)
            time.sleep(2.0)
            recent = here.heard()[-RATE // 10 :, 0]
            last = float(recent[np.flatnonzero(recent)[-1]])
            at = time.monotonic()
            here.sink.unload() if how == "sink unloaded" else here.sink.kill()
            until(lambda: (here.player.last("played") or {})["held"], 5.0)
            stopped = time.monotonic() - at
            time.sleep(3.0)
            reopened: list[float] = []
            threading.Thread(target=_note_return, args=(here, reopened), daemon=True).start()
            here.sink.load() if how == "sink unloaded" else here.sink.start()
            back = time.monotonic()
            here.sink.record()
            until(lambda: here.heard().any(), 10.0)
            sounded = time.monotonic() - back
            opened = reopened[0] - back
            time.sleep(0.5)
            first = here.heard()[:, 0]
            begin = np.flatnonzero(np.abs(first) > 0.001)[0]
            off = (first[begin + 2000] * 32_768 - 2000 - last * 32_768 + WRAP / 2) % WRAP
            print(
                f"{how}: position held after {1000 * stopped:.0f} ms; open again {opened:.2f} s "
                f"after its return, heard after {sounded:.2f} s (a null sink, once loaded, gives "
                f"nothing for 2 s), {(off - WRAP / 2) / RATE:+.2f} s from where it was"
            )


def _note_return(here: Stage, reopened: list[float]) -> None:
    until(lambda: here.player.audio_ok()[-1], 10.0)
    reopened.append(time.monotonic())


PARTS: dict[str, Callable[[Path, float], None]] = {
    "ramp": ramp,
    "seams": lambda folder, _seconds: seams(folder),
    "scan": lambda folder, seconds: scan(folder, seconds, SCANNED),
    "loudness": lambda folder, _seconds: loudness(folder),
    "latency": lambda folder, _seconds: latency(folder),
    "costs": lambda folder, seconds: costs(folder, min(seconds, 20.0)),
    "device": lambda folder, _seconds: device(folder),
    "broken": lambda folder, _seconds: broken(folder),
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    asked.add_argument("--seconds", type=float, default=60.0, help="of the ramp and the costs")
    words = asked.parse_args()
    os.environ.setdefault(PARENT, str(os.getpid()))
    for name in words.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            PARTS[name](Path(folder), words.seconds)


if __name__ == "__main__":
    main()
