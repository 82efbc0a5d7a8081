"""How the averaged weights do on PublicTest after each epoch; the best are kept."""

from __future__ import annotations

import msgspec
import numpy as np

from trainer.checkpoint import logits_of
from trainer.faces import Faces, majority
from trainer.networks import Network


class Epoch(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `log.jsonl`."""

    epoch: int
    loss: float
    fer2013: float
    """Accuracy on PublicTest against FER2013's labels."""
    perceived: float
    """The same against the FER+ majority, where there is one; 0 without that head."""
    perceived_balanced: float
    """Mean of the accuracies within each mood, so that disgust and fear count."""
    seconds: float

    @property
    def score(self) -> float:
        """What the best epoch has most of."""
        return self.fer2013 + self.perceived + self.perceived_balanced


def judge(network: Network, faces: Faces) -> dict[str, float]:
    """The figures of an epoch."""
    answers = dict(zip(network.heads, logits_of(network, faces.pixels), strict=True))
    figures = {"fer2013": 0.0, "perceived": 0.0, "perceived_balanced": 0.0}
    if "fer2013" in answers:
        figures["fer2013"] = float((answers["fer2013"].argmax(axis=1) == faces.labels).mean())
    said = majority(faces.votes)
    clear = said >= 0
    if "perceived" in answers and clear.any():
        right = answers["perceived"].argmax(axis=1) == said
        within = [float(right[said == mood].mean()) for mood in np.unique(said[clear])]
        figures["perceived"] = float(right[clear].mean())
        figures["perceived_balanced"] = sum(within) / len(within)
    return {name: round(value, 4) for name, value in figures.items()}
