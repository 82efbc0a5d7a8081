"""What listening costs, and what it gets right where the truth is known.

    python -m tests.bench.listening [--json] [WHAT…]
    python -m tests.bench.listening real --songs FOLDER --wild battle --calm sad

The truths: songs composed for the test (tempo, key, mode, lullaby or battle), the starter songs
and the mood each was composed for, signals whose loudness the EBU states, and a meter of our own.
`real` measures folders of music whose titles say which songs are the excited ones.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from edge.bench.report import Report, Result, machine
from edge.library.features import features
from edge.library.sound import loudness, pieces
from edge.library.tags import SUFFIXES
from edge.mind.circumplex import PLACES
from edge.mind.hearing import heard
from tests.bench.composed import Composed, in_every_key, lullabies_and_battles
from tests.bench.meter import FIVE_MINUTES_S, highest, integrated, read_whole, tech_3341, write_flac

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "music"
WHAT = ("cost", "loudness", "truth", "arousal", "starter")
_NEAR = 0.04
"""A tempo within 4 % is the tempo."""


def measure(wanted: Sequence[str], n: int, asked: argparse.Namespace) -> Iterator[Result]:
    """The figures asked for, in the order of `WHAT`."""
    ways: dict[str, Callable[[], Iterator[Result]]] = {
        "cost": lambda: cost(asked.songs or STARTER),
        "loudness": lambda: levels(asked.songs or STARTER),
        "truth": lambda: truth(n),
        "arousal": lambda: arousal(max(2, n // 4)),
        "starter": starter,
        "real": lambda: real(asked.songs, asked.wild, asked.calm),
    }
    for name in wanted:
        yield from ways[name]()


def cost(folder: Path) -> Iterator[Result]:
    """Processor seconds of one core."""
    songs = songs_in(folder)
    spent = [_cpu_s(lambda path=path: features(pieces(path))) for path in songs]
    yield _result("listening to a song", spent, "s")
    with tempfile.TemporaryDirectory() as place:
        long = write_flac(Path(place, "long.flac"), songs[0], FIVE_MINUTES_S)
        spent = [_cpu_s(lambda: loudness(long)) for _ in range(5)]
        yield _result("loudness of five minutes of FLAC", spent, "s")
    whole = [(_cpu_s(lambda path=path: loudness(path)), _length(path)) for path in songs[:8]]
    per = [FIVE_MINUTES_S * spent / length for spent, length in whole]
    kind = songs[0].suffix[1:]
    yield _result(f"loudness of five minutes, as these {kind} files take it", per, "s")


def levels(folder: Path) -> Iterator[Result]:
    """The filter against the EBU's signals and our meter; the minute against the whole."""
    with tempfile.TemporaryDirectory() as place:
        off = [abs(loudness(path).lufs - lufs) for path, lufs in tech_3341(Path(place))]
    yield _figure("loudness, farthest from EBU Tech 3341's signals", max(off), "LU", len(off))
    apart, estimates, peaks = [], [], []
    for path in songs_in(folder)[:20]:
        measured = loudness(path)
        samples, rate = read_whole(path)
        apart.append(abs(measured.lufs - integrated(samples, rate)))
        peaks.append(abs(measured.peak_db - 20 * np.log10(highest(path))))
        estimates.append(features(pieces(path)).loudness - measured.lufs)
    yield _figure("loudness, farthest from a meter of our own", max(apart), "LU", len(apart))
    yield _figure("peak, farthest from the highest sample", float(max(peaks)), "dB", len(peaks))
    spread = statistics.pstdev(estimates) if len(estimates) > 1 else 0.0
    yield _figure(
        "estimate from a minute, mean error", statistics.mean(estimates), "LU", len(peaks)
    )
    yield _figure("estimate from a minute, standard deviation", spread, "LU", len(peaks))


def truth(n: int) -> Iterator[Result]:
    """Tempo, key and mode of songs composed for this."""
    hits = {"tempo": 0, "octave": 0, "mode": 0, "sure": 0, "sure mode": 0, "key": 0, "scale": 0}
    for song in in_every_key(n):
        found = features(song.sound)
        octaves = [found.tempo / song.tempo * times for times in (1, 2, 0.5)]
        near = [abs(ratio - 1) <= _NEAR for ratio in octaves]
        hits["tempo"] += near[0]
        hits["octave"] += any(near)
        hits["mode"] += (found.major > 0) == song.major
        hits["sure"] += abs(found.major) >= 0.3
        hits["sure mode"] += abs(found.major) >= 0.3 and (found.major > 0) == song.major
        hits["key"] += found.key == song.key
        hits["scale"] += _same_notes(song, found.key, found.major > 0)
    yield _share("tempo within 4 %", hits["tempo"], n)
    yield _share("tempo within 4 %, or half or twice of it", hits["octave"], n)
    yield _share("mode, major or minor", hits["mode"], n)
    yield _share("mode where it is clear", hits["sure mode"], max(1, hits["sure"]))
    yield _share("tonic", hits["key"], n)
    yield _share("tonic and mode, or the relative key of the same notes", hits["scale"], n)


def arousal(n: int) -> Iterator[Result]:
    """Battle music above lullabies of the same loudness."""
    songs = [(song.kind, heard(features(song.sound)).arousal) for song in lullabies_and_battles(n)]
    wild = [value for kind, value in songs if kind == "battle"]
    calm = [value for kind, value in songs if kind == "lullaby"]
    yield _figure("arousal of composed battle music, mean", statistics.mean(wild), "", n)
    yield _figure("arousal of composed lullabies, mean", statistics.mean(calm), "", n)
    yield _figure("battle above lullaby, share of pairs", above(wild, calm), "", n * n)


def starter() -> Iterator[Result]:
    """The order of the starter songs against the moods they were composed for."""
    songs = songs_in(STARTER)
    found = [heard(features(pieces(path))) for path in songs]
    meant = [PLACES[path.parent.name] for path in songs]  # type: ignore[index]  # a mood's folder
    for axis, name in enumerate(("valence", "arousal")):
        values = [(one.valence, one.arousal)[axis] for one in found]
        rank = spearman([place[axis] for place in meant], values)
        yield _figure(f"starter songs, {name}, rank correlation", rank, "", len(songs))


def real(folder: Path, wild: list[str], calm: list[str]) -> Iterator[Result]:
    """Songs whose titles say that they are wild above those whose titles say calm."""
    values: dict[str, float] = {}
    for path in songs_in(folder):
        if path.stem in {*wild, *calm}:
            values[path.stem] = heard(features(pieces(path))).arousal
    high = [values[name] for name in wild if name in values]
    low = [values[name] for name in calm if name in values]
    yield _figure("recorded: wild, mean arousal", statistics.mean(high), "", len(high))
    yield _figure("recorded: calm, mean arousal", statistics.mean(low), "", len(low))
    pairs = len(high) * len(low)
    yield _figure("recorded: wild above calm, share of pairs", above(high, low), "", pairs)


def songs_in(folder: Path) -> list[Path]:
    found = [path for path in folder.rglob("*") if path.suffix in SUFFIXES]
    return sorted(path for path in found if path.stat().st_size > 300_000)


def above(high: Sequence[float], low: Sequence[float]) -> float:
    """The share of pairs in the right order: 0.5 is chance."""
    return statistics.mean(float(a > b) + 0.5 * (a == b) for a in high for b in low)


def spearman(truth_: Sequence[float], found: Sequence[float]) -> float:
    return float(np.corrcoef(_ranks(truth_), _ranks(found))[0, 1])


def _ranks(values: Sequence[float]) -> list[float]:
    """Equal values share the mean of their ranks."""
    ordered = sorted(values)
    return [ordered.index(value) + (ordered.count(value) - 1) / 2 for value in values]


def _same_notes(song: Composed, key: int, major: bool) -> bool:
    relative = (song.key + (9 if song.major else 3)) % 12
    return (key, major) in {(song.key, song.major), (relative, not song.major)}


def _length(path: Path) -> float:
    samples, rate = read_whole(path)
    return samples.shape[1] / rate


def _cpu_s(call: Callable[[], object]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def _result(name: str, values: Sequence[float], unit: str) -> Result:
    return Result(
        name=name,
        value=round(statistics.mean(values), 3),
        unit=unit,
        n=len(values),
        p50=round(statistics.median(values), 3),
        p95=round(float(np.quantile(values, 0.95)), 3),
    )


def _figure(name: str, value: float, unit: str, n: int) -> Result:
    return Result(name=name, value=round(value, 3), unit=unit, n=n)


def _share(name: str, hits: int, n: int) -> Result:
    return _figure(name, 100 * hits / n, "%", n)


def main() -> None:
    """Print a line for each figure, or all as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.listening", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON value")
    parser.add_argument("--n", type=int, default=28, help="songs composed for tempo, key and mode")
    parser.add_argument("--songs", type=Path, help="a folder of music instead of the starter songs")
    parser.add_argument("--wild", nargs="*", default=[], help="file names without ending")
    parser.add_argument("--calm", nargs="*", default=[], help="file names without ending")
    parser.add_argument("wanted", nargs="*", help=f"of {' '.join(WHAT)} and real; all but real")
    asked = parser.parse_args()
    results = []
    for one in measure(asked.wanted or WHAT, asked.n, asked):
        results.append(one)
        if not asked.json:
            more = "" if one.p95 is None else f", 95 %: {one.p95:g}"
            print(f"{one.name}: {one.value:g} {one.unit} (n = {one.n}{more})", flush=True)
    if asked.json:
        report = Report(bench="listening", machine=machine(), results=results)
        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")


if __name__ == "__main__":
    main()
