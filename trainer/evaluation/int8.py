"""What a network lost when it became int8, and what to do where that is too much."""

from __future__ import annotations

from trainer.evaluation.calibration import fit_temperatures
from trainer.evaluation.comparison import Comparison, called, compare
from trainer.evaluation.subject import Subject, Told
from trainer.faces import Faces

LOSES = 0.003
"""Of the accuracy of a head, at most …"""
AGREES = 0.985
"""… and on as many faces at least the answer is the same."""


def float_and_int8(
    floating: Subject, small: Subject, faces: Faces, told: Told = lambda *_: None
) -> Comparison:
    """Both on the same faces; the temperatures are the float network's."""
    n = len(faces)
    first = floating.logits(faces.pixels, lambda done, _: told(done, 2 * n))
    second = small.logits(faces.pixels, lambda done, _: told(n + done, 2 * n))
    heat = fit_temperatures(first, faces)
    return compare(called(floating, small), first, second, faces, (heat, heat))


def doubts(both: Comparison, *, finetuned: bool = False) -> list[str]:
    """A sentence for each head that lost too much, and how to mend it."""
    more = "more epochs with --finetune" if finetuned else "--finetune 2"
    mend = f"try more --faces, then {more}"
    told = []
    for pair in both.heads:
        lost = pair.accuracy[0] - pair.accuracy[1]
        if lost > LOSES:
            told.append(
                f"int8 loses {lost * 100:.1f} points on head {pair.head}, more than"
                f" {LOSES * 100:.1f}; {mend}"
            )
        if pair.same_answers < AGREES:
            told.append(
                f"int8 gives the same answer of head {pair.head} on {pair.same_answers:.1%} of the"
                f" faces only, less than {AGREES:.1%}; {mend}"
            )
    return told
