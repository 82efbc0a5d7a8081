"""The systems before networks: HOG and LBP features with a support vector machine or neighbours."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from trainer.baselines import features
from trainer.baselines.asked import Asked
from trainer.baselines.measure import ms_per_face, rightness
from trainer.baselines.table import Row
from trainer.faces import Dataset, Faces
from trainer.targets import worth_learning

TRIAL = 1500
"""Faces whose training is timed, to tell how many can be learnt in the time given."""


@dataclass(frozen=True)
class System:
    """A feature and what learns from it."""

    what: str
    feature: features.Feature
    make: Callable[[], Any]
    grows: bool = True
    """Whether its training takes four times as long for twice the faces."""


def _machine() -> Any:
    from sklearn.svm import SVC

    return SVC(C=5.0, gamma="scale", cache_size=1000)


def _neighbours() -> Any:
    from sklearn.neighbors import KNeighborsClassifier

    # Of 5, 9 and 15, with and without weights, the best on PublicTest.
    return KNeighborsClassifier(5, weights="distance", algorithm="brute")


def _neighbours_of_eigenfaces() -> Any:
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline

    return make_pipeline(PCA(100, svd_solver="randomized", random_state=1), _neighbours())


_KEPT = "model.joblib"

SYSTEMS = {
    "hog_svm": System("HOG, support vector machine (RBF, C 5)", features.hog, _machine),
    "lbp_svm": System("LBP, support vector machine (RBF, C 5)", features.lbp, _machine),
    "hog_lbp_svm": System(
        "HOG and LBP, support vector machine (RBF, C 5)", features.hog_lbp, _machine
    ),
    "hog_knn": System("HOG, five nearest neighbours", features.hog, _neighbours, grows=False),
    "pixels_knn": System(
        "100 eigenfaces, five nearest neighbours",
        features.pixels,
        _neighbours_of_eigenfaces,
        grows=False,
    ),
}


def timed_anew(name: str, folder: Path, choosing: Faces, row: Row) -> Row:
    """The row of a system that was kept, timed once more; what it answers does not change."""
    import joblib

    model = joblib.load(folder / _KEPT)
    taken = ms_per_face(lambda face: _answer(SYSTEMS[name], model, face), choosing.pixels)
    return replace(row, ms_per_face=taken)


def train_and_measure(name: str, folder: Path, dataset: Dataset, asked: Asked) -> Row:
    """Learn from as many faces as the minutes allow, and keep the result in `folder`."""
    import joblib

    system, choosing = SYSTEMS[name], dataset["PublicTest"]
    training = dataset["Training"].take(worth_learning(dataset["Training"], choosing))
    mixed = training.take(np.random.default_rng(asked.seed).permutation(len(training)))
    learnt = mixed.take(np.arange(_how_many(system, mixed, asked.minutes)))
    start = time.monotonic()
    model = system.make().fit(features.of_all(system.feature, learnt.pixels), learnt.labels)
    taken = round(time.monotonic() - start, 1)
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / _KEPT
    joblib.dump(model, kept)
    return _row(name, model, choosing, kept.stat().st_size, taken, (len(learnt), len(training)))


def _row(
    name: str, model: Any, choosing: Faces, size: int, taken: float, faces: tuple[int, int]
) -> Row:
    """`faces` are those learnt, and those there are."""
    system, (learnt, there) = SYSTEMS[name], faces
    read = model.predict(features.of_all(system.feature, choosing.pixels))
    accuracy, macro_f1 = rightness(choosing.labels, np.asarray(read, dtype=np.int64))
    parameters, multiply_adds = _counts(model)
    return Row(
        name=name,
        what=system.what,
        trained=f"{learnt:,} of {there:,} faces" if learnt < there else f"all {there:,} faces",
        shortened=learnt < there,
        start="from scratch",
        train_s=taken,
        parameters=parameters,
        multiply_adds=multiply_adds,
        bytes=size,
        form="joblib",
        accuracy=accuracy,
        macro_f1=macro_f1,
        ms_per_face=ms_per_face(lambda face: _answer(system, model, face), choosing.pixels),
        timed_in="scikit-image and scikit-learn",
    )


def _answer(system: System, model: Any, face: NDArray[np.uint8]) -> Any:
    return model.predict(system.feature(face)[None])


def _how_many(system: System, training: Faces, minutes: float | None) -> int:
    """All, where there is time enough."""
    if minutes is None or not system.grows or len(training) <= TRIAL:
        return len(training)
    few = training.take(np.arange(TRIAL))
    seen = features.of_all(system.feature, few.pixels)
    start = time.monotonic()
    system.make().fit(seen, few.labels)
    taken = max(time.monotonic() - start, 1e-6)
    return min(len(training), round(TRIAL * math.sqrt(minutes * 60 / taken)))


def _counts(model: Any) -> tuple[int, int]:
    """Numbers kept, and multiply-adds of one comparison."""
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC

    if isinstance(model, SVC):
        compared = model.support_vectors_.size + model.dual_coef_.size
        return compared + model.intercept_.size, compared
    if isinstance(model, KNeighborsClassifier):
        kept = model.n_samples_fit_ * model.n_features_in_
        return kept, kept
    projection, neighbours = model[0], model[-1]
    kept, compared = _counts(neighbours)
    spread = projection.components_.size
    return kept + spread + projection.mean_.size, compared + spread
