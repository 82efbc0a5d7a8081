"""A reader: a forked process that reads one file after another, and may crash or hang at it.

It takes batches of tasks, one JSON line each, and answers each task with a row of JSON. It flushes
at the end of a batch, or when the last flush is long ago, so that a slow file holds up no other.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import BinaryIO

import msgspec

from edge.library.identity import content_of, id_of
from edge.library.playlists import is_playlist, read_playlist
from edge.library.rows import AnyRow, Aside, Barred, Song, Trouble
from edge.library.tags import tags_of
from edge.library.window import Window

_MEMORY = 1 << 30
"""A file that claims more than this fails; without the limit it would take the machine along."""
_FLUSH_S = 0.05


class Task(msgspec.Struct, frozen=True, array_like=True):
    """A file to read."""

    path: str
    root: str
    size: int
    mtime_ns: int
    barred: tuple[Barred, ...] = ()
    """What must not be read, among files of its size."""
    only_content: bool = False
    """It crashed or stalled a reader: only find out what is in it."""


def serve(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Until there are no more tasks."""
    _limit_memory()
    decode = msgspec.json.Decoder(list[Task]).decode
    encode = msgspec.json.Encoder().encode
    flushed = time.monotonic()
    for line in tasks:
        for task in decode(line):
            answers.write(encode(_answer(task)) + b"\n")
            if time.monotonic() - flushed > _FLUSH_S:
                answers.flush()
                flushed = time.monotonic()
        answers.flush()
        flushed = time.monotonic()


def _answer(task: Task) -> AnyRow:
    try:
        if is_playlist(task.path):
            return read_playlist(Path(task.path), Path(task.root), task.size, task.mtime_ns)
        with open(task.path, "rb") as file:  # noqa: PTH123 - Path costs as much as the opening
            window = Window(file)
            if task.only_content or task.barred:
                content = content_of(window)
                said = next((one.message for one in task.barred if one.content == content), None)
                if task.only_content or said is not None:
                    return Aside(
                        path=task.path, size=task.size, content=content, message=said or ""
                    )
            return Song(
                id=id_of(window),
                path=task.path,
                root=task.root,
                size=task.size,
                mtime_ns=task.mtime_ns,
                tags=tags_of(window, task.path, task.root),
            )
    except OSError as error:
        return Trouble(path=task.path, message=error.strerror or str(error))
    except (MemoryError, RecursionError):
        return Trouble(path=task.path, message="reading it takes more memory than there is")


def _limit_memory() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or hard > _MEMORY:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, hard))
