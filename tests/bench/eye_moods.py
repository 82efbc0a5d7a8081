"""What framing costs: faces read through the whole eye, and by the bare classifier."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge.eye.face_image import face_from_frame
from edge.eye.model_card import Head
from edge.eye.still import faces_of_still
from edge.messages import MOODS
from edge.ports import Image
from tests.bench.figures import VGA, Models, Result, figure, share
from tests.bench.scenes import DAMAGES, Scene, bare, cut_where_it_is, scene
from trainer.faces import Faces, majority

_SMALLEST, _LARGEST, _NEAR = 120, 300, 200
_TILT_DEG = 10.0
HEADS: tuple[Head, ...] = ("perceived", "fer2013")


def read_in_frames(models: Models, known: Faces, n: int, *, whole: bool) -> list[Result]:
    """Right through eye and right directly, over the faces that were found.

    Directly means, once: the same picture, enlarged and damaged as in the frame and shrunk again.
    And once: cut out of the frame where it truly lies, so that the drawn rim is in it as well.
    """
    chosen = np.random.default_rng(5).permutation(len(known.labels))[:n]
    truth = {"perceived": majority(known.votes)[chosen], "fer2013": known.labels[chosen]}
    through = {head: np.full(n, -1) for head in HEADS}
    direct = {head: np.full(n, -1) for head in HEADS}
    there = {head: np.full(n, -1) for head in HEADS}
    near, found = np.zeros(n, bool), np.zeros(n, bool)
    for place, index in enumerate(chosen):
        dice = np.random.default_rng((int(index), 5))
        side = int(dice.integers(_SMALLEST, _LARGEST + 1))
        angle = float(dice.uniform(-_TILT_DEG, _TILT_DEG))
        damage = list(DAMAGES.values())[place % len(DAMAGES)]
        face, seed = known.pixels[index], int(index)
        one = scene(face, side, VGA, seed, angle, damage, whole=whole)
        near[place] = side >= _NEAR
        cut = _cut_by_eye(models, one)
        if cut is None:
            continue
        found[place] = True
        for head in HEADS:
            through[head][place] = _mood_of(models, cut, head)
            direct[head][place] = _mood_of(models, bare(face, side, seed, damage), head)
            there[head][place] = _mood_of(models, cut_where_it_is(one), head)
    name = "drawn persons" if whole else "pasted squares"
    results = [share(f"found at {_NEAR} px and more, {name}", int(found[near].sum()), near.sum())]
    for head in HEADS:
        judged = found & (truth[head] >= 0)
        answers = {"through eye": through, "directly": direct, "cut where it is": there}
        results += _compared(f"{head}, {name}", head, answers, truth[head], judged)
    return results


def _compared(
    name: str,
    head: Head,
    answers: dict[str, dict[Head, NDArray[np.int64]]],
    truth: NDArray[np.int64],
    judged: NDArray[np.bool_],
) -> list[Result]:
    n = int(judged.sum())
    right = {way: int((given[head] == truth)[judged].sum()) for way, given in answers.items()}
    through = right["through eye"]
    return [
        *(share(f"right {way}, {name}", hits, n) for way, hits in right.items()),
        *(
            figure(f"lost against {way}, {name}", 100 * (hits - through) / n, "points", n)
            for way, hits in right.items()
            if way != "through eye"
        ),
    ]


def _cut_by_eye(models: Models, one: Scene) -> Image | None:
    """What eye would read of the face that was put there; None if it was not found."""
    seen = faces_of_still(models.finder, one.frame)
    ours = next((face for face in seen if one.squares[0].holds(face.box)), None)
    return None if ours is None else face_from_frame(one.frame, ours.box, ours.eyes)


def _mood_of(models: Models, face: Image, head: Head) -> int:
    shares = models.reader.read(face, head)
    return max(range(len(MOODS)), key=lambda mood: shares[MOODS[mood]])
