"""The listening, a niced child process: hears one song after another, hands rows to stdout.

`python -m edge.library.listening` takes on stdin a JSON list of jobs and writes one row a line. It
ends with its parent.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import msgspec

from edge.errors import TrackError
from edge.family import die_with_parent
from edge.library.features import features
from edge.library.heard_rows import AnyRow, Begun, Deaf, Job, Listened, Measured
from edge.library.sound import loudness, pieces

NICENESS = 19
MEASURE_S = 12.0
"""A mix of many hours is measured for so long; what it was until then stands for the whole."""


def listen(job: Job) -> AnyRow:
    """Hear one song."""
    path = Path(job.path)
    try:
        if job.what == "features":
            return Listened(id=job.id, features=features(pieces(path)))
        heard = loudness(path, MEASURE_S)
    except TrackError as error:
        return Deaf(job.id, str(error), job.what, passing=not path.exists())
    except Exception as error:  # noqa: BLE001 - whatever a strange file does, the next one may be well
        message = f"{path.name} cannot be listened to ({type(error).__name__}: {error})."
        return Deaf(job.id, message, job.what, passing=not path.exists())
    return Measured(job.id, heard.lufs, heard.range_lu, heard.peak_db)


def main() -> int:
    """Do all jobs."""
    die_with_parent(os.environ)
    # Ctrl-C in a terminal reaches the whole group; this process ends when its parent says so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    jobs = msgspec.json.decode(sys.stdin.buffer.read() or b"[]", type=list[Job])
    for job in jobs:
        _tell(Begun(job.id))
        _tell(listen(job))
    return 0


def _tell(row: AnyRow) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(row) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    raise SystemExit(main())
