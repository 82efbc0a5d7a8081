"""What `moodbox library` says: how far a scan is, what came of it, what a search found."""

from __future__ import annotations

import time
from typing import Final, TextIO

import msgspec

from edge.messages import Hits, ScanTold
from edge.progress import Progress

_BAR: Final = 20
_SETTLED_S: Final = 1.0
"""Before that a rate is a guess."""


def tell_hits(hits: Hits, json: bool, out: TextIO, err: TextIO) -> int:
    """One line a song."""
    for item in hits.items:
        if json:
            print(msgspec.json.encode(item).decode(), file=out)
        else:
            names = " - ".join(filter(None, (item.artist, item.title)))
            album = f" ({item.album})" if item.album else ""
            print(f"{item.rank:3}  {item.id}  {names}{album}", file=out)
    rest = hits.total - len(hits.items)
    if not hits.total:
        say("No song has these words.", err)
    elif rest > 0:
        say(f"{len(hits.items)} of {hits.total}; -n and --offset show more.", err)
    return 0 if hits.total else 1


def show(progress: Progress, told: ScanTold, began: float) -> None:
    progress.show(lambda: so_far(told, time.monotonic() - began))


def so_far(told: ScanTold, seconds: float) -> str:
    """The bar, the rate, and what is left."""
    done = told.read + told.same + told.left_out
    rate = done / seconds if seconds > _SETTLED_S else 0.0
    text = f"{done} files"
    if told.files:
        bar = ("#" * round(min(1.0, done / told.files) * _BAR)).ljust(_BAR, ".")
        text = f"[{bar}] {done} of {told.files} files"
    if rate:
        text += f", {rate:.0f} a second"
        if told.files:
            text += f", {_span((told.files - done) / rate)} left"
    return text + (f", {told.left_out} left out" if told.left_out else "")


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{max(0.0, seconds):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def tell(told: ScanTold, seconds: float, json: bool, out: TextIO, err: TextIO) -> int:
    for path in told.away:
        say(f"{path} is missing or empty: what was known there waits for its return.", err)
    for line in told.named:
        say(f"left out: {line}", err)
    if json:
        print(
            msgspec.json.encode(
                {"schema": 1, **_facts(told), "seconds": round(seconds, 2)}
            ).decode(),
            file=out,
        )
    else:
        print(
            f"{told.added} new, {told.changed} changed, {told.removed} removed: "
            f"{told.songs} songs in the library. {told.read} files read, {told.same} as they "
            f"were, {told.left_out} left out, in {seconds:.1f} s.",
            file=out,
        )
    return 1 if told.left_out or told.away else 0


def _facts(told: ScanTold) -> dict[str, object]:
    return {
        name: getattr(told, name)
        for name in (
            *("added", "changed", "removed", "songs", "read", "same", "left_out", "named", "away"),
        )
    }


def tell_change(told: ScanTold, json: bool, out: TextIO) -> None:
    if json:
        print(msgspec.json.encode(_facts(told)).decode(), file=out, flush=True)
    else:
        print(
            f"{told.added} new, {told.changed} changed, {told.removed} removed: "
            f"{told.songs} songs.",
            file=out,
            flush=True,
        )


def say(text: str, err: TextIO) -> None:
    print(text, file=err, flush=True)
