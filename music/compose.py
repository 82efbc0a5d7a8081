"""The command that makes the starter library: `python -m music.compose`."""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from music.pieces import PIECES
from music.score import Piece

HERE = Path(__file__).resolve().parent


JOB_BYTES = 360_000_000
"""What one process needs at most, measured."""


def jobs_that_fit() -> int:
    """As many processes as there are cores, in no more than half of the memory."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(1, min(8, os.cpu_count() or 1, memory // 2 // JOB_BYTES))


def fingerprint() -> str:
    """Changes whenever the code that makes the sound changes."""
    digest = hashlib.sha256()
    for source in sorted(set(HERE.rglob("*.py")) - {HERE / "compose.py"}):
        digest.update(source.relative_to(HERE).as_posix().encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:16]


def place(piece: Piece, out: Path) -> Path:
    """Where a piece lies in the library."""
    return out / piece.mood / f"{piece.slug}.ogg"


def missing(out: Path, pieces: Sequence[Piece], made_by: str) -> list[Piece]:
    """The pieces that are not there, or were made by other code."""
    from music.ogg import maker

    return [piece for piece in pieces if maker(place(piece, out)) != made_by]


def make(piece: Piece, out: Path, made_by: str) -> float:
    """Composes, plays, records and writes one piece; returns its length in seconds."""
    from music.mixdown import render
    from music.ogg import write
    from music.sound import RATE

    samples = render(piece)
    write(piece, samples, place(piece, out), made_by)
    return samples.shape[1] / RATE


def tidy(out: Path, pieces: Sequence[Piece]) -> None:
    """Takes away what earlier versions of this command made, and nothing else."""
    from music.ogg import maker, parts

    wanted = {place(piece, out) for piece in pieces}
    for part in (part for path in wanted for part in parts(path)):
        if time.time() - part.stat().st_mtime > 3600:  # a young one is another run at work
            part.unlink(missing_ok=True)
    for folder in {path.parent for path in wanted}:
        for path in set(folder.glob("[!.]*.ogg")) - wanted:
            if maker(path):
                path.unlink(missing_ok=True)


def compose(out: Path, jobs: int, pieces: Sequence[Piece] = PIECES) -> int:
    """Makes what is missing; returns how many pieces that were."""
    started, made_by = time.monotonic(), fingerprint()
    todo = missing(out, pieces, made_by)
    if not todo:
        print(f"All {len(pieces)} starter songs are there already, in {out}.")
        return 0
    for folder in {place(piece, out).parent for piece in todo}:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass  # better to fail now than after the first song is composed
    _make_all(todo, out, made_by, jobs)
    tidy(out, pieces)
    size = sum(place(piece, out).stat().st_size for piece in pieces) / 1e6
    took = time.monotonic() - started
    print(f"Made {len(todo)} of {len(pieces)} starter songs in {took:.0f} s: {size:.1f} MB, {out}")
    return len(todo)


def _make_all(todo: Sequence[Piece], out: Path, made_by: str, jobs: int) -> None:
    from music.ogg import parts

    # Fresh processes: a forked numpy may wait for ever for threads that it left behind.
    fresh = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(min(jobs, len(todo)), mp_context=fresh) as pool:
        try:
            # Ctrl-C reaches every process; the fresh ones inherit that it is not for them.
            before = signal.signal(signal.SIGINT, signal.SIG_IGN)
            running = {pool.submit(make, piece, out, made_by): piece for piece in todo}
            signal.signal(signal.SIGINT, before)
            for number, done in enumerate(as_completed(running), 1):
                piece, seconds = running[done], done.result()
                long = f"{int(seconds // 60)}:{int(seconds % 60):02d}"
                print(f"{number:3d}/{len(todo)}  {piece.mood:<9} {long}  {piece.title}", flush=True)
        except BaseException:
            for process in set(multiprocessing.active_children()) - others:
                process.kill()
            pool.shutdown(cancel_futures=True)
            for part in (part for piece in todo for part in parts(place(piece, out))):
                part.unlink(missing_ok=True)
            raise


def main(arguments: list[str] | None = None) -> int:
    """Parses, makes, and puts what goes wrong into one sentence."""
    parser = argparse.ArgumentParser(
        prog="python -m music.compose",
        description="Make the starter songs: two for each of seven moods, public domain.",
    )
    parser.add_argument("--out", type=Path, default=HERE, help="the folder (default: %(default)s)")
    parser.add_argument(
        "--jobs", type=int, default=jobs_that_fit(), help="processes at once (default: %(default)s)"
    )
    chosen = parser.parse_args(arguments)
    if chosen.jobs < 1:
        parser.error("--jobs must be 1 or more")
    try:
        compose(chosen.out.resolve(), chosen.jobs)
    except OSError as error:
        where = error.filename or chosen.out
        print(
            f"The starter songs were not made: {where} cannot be written ({error.strerror}); "
            "choose another folder with --out.",
            file=sys.stderr,
        )
        return 1
    except BrokenProcessPool:
        print("The starter songs were not made: a composer was stopped.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the songs made so far are kept.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
