"""Keeps native libraries from talking on our standard error while they are set up."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silence() -> Iterator[None]:
    """What is written to file 2 meanwhile is lost; exceptions come through as ever.

    MediaPipe's LiteRT and TFLite greet with ten lines at their birth and death, and obey none of
    the environment variables that are said to stop them (GLOG_minloglevel, TF_CPP_MIN_LOG_LEVEL,
    ABSL_MIN_LOG_LEVEL: tried). So keep the time in here short: other threads' words are lost too.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
