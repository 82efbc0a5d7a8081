"""What the shipped model says of every PublicTest face, kept small for the benches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.eye.emotion import softmax
from edge.messages import MOODS
from trainer.archive import write_arrays
from trainer.errors import RunError
from trainer.evaluation.subject import Told, open_subject
from trainer.faces import VOTE_COLUMNS, Faces


def write_readings(
    card: Path, faces: Faces, split: str, path: Path, told: Told = lambda *_: None
) -> None:
    """Write the calibrated probabilities of both heads, and the truths that belong to them.

    Arrays `perceived` and `fer2013` (n × 7, float16, columns as in `moods`), `labels` (n, places in
    `moods`), `votes` (n × 10, columns as in `vote_columns`), `rows` (n, of fer2013.csv, −1 where
    unknown); `split`, and `model_sha256` of the file that read them.
    """
    subject = open_subject(card)
    if subject.temperatures is None:
        raise RunError(f"{card} is no card; readings need its temperatures")
    arrays: dict[str, NDArray[np.generic]] = {
        head: softmax(logits, subject.temperatures[head]).astype(np.float16)
        for head, logits in subject.logits(faces.pixels, told).items()
    }
    arrays |= {
        "labels": faces.labels.astype(np.uint8),
        "votes": faces.votes.astype(np.uint8),
        "rows": faces.rows.astype(np.int32),
        "moods": np.array(MOODS),
        "vote_columns": np.array(VOTE_COLUMNS),
        "split": np.array(split),
        "model_sha256": np.array(subject.sha256),
    }
    write_arrays(path, arrays)
