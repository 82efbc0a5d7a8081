"""Writes the model's card: what the device must know of it, and what it is worth."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import msgspec

from edge.eye.emotion import Network
from edge.eye.face_image import NORMALISE, Before
from edge.eye.model_card import Card, Confusion, Input, MadeBy, Output, load_card
from edge.messages import MOODS
from trainer.errors import RunError
from trainer.evaluate import measure
from trainer.evaluation.subject import Told, open_subject
from trainer.faces import Faces, Split
from trainer.targets import HEADS

SPLIT: Split = "PublicTest"
"""The split that chooses; the test split belongs to whoever judges."""


def write_card(
    model: Path, run: Path, faces: Faces, path: Path, told: Told = lambda *_: None
) -> Card:
    """Measure the model on PublicTest and write its card to `path`, beside it."""
    made_by, before = _made_by(run)
    subject = open_subject(model, before=before)
    if subject.heads != HEADS:
        raise RunError(f"{model} lacks one of the two heads, so the device has no use for it")
    measured = measure(subject, subject.logits(faces.pixels, told), faces, SPLIT)
    content = model.read_bytes()
    about = Network(content).inputs[0]
    scale, zero_point = about["quantization"]
    used = measured.of("perceived", "ferplus" if faces.votes.any() else "fer2013")
    card = Card(
        schema=1,
        model=model.name,
        sha256=hashlib.sha256(content).hexdigest(),
        labels=MOODS,
        input=Input(
            shape=tuple(int(side) for side in about["shape"]),  # type: ignore[arg-type]  # four, else load_card below refuses
            dtype=about["dtype"].__name__,
            scale=float(scale),
            zero_point=int(zero_point),
            framing="fer2013",
            normalise=NORMALISE if before == "nothing" else NORMALISE | {"before": before},
        ),
        outputs={
            head: Output(index=place, temperature=measured.temperature[head])
            for place, head in enumerate(HEADS)
        },
        used="perceived",
        confusion=Confusion(
            head="perceived", truth=used.metric.truth, split=SPLIT, counts=used.counts
        ),
        metrics=tuple(figures.metric for figures in measured.figures),
        made_by=made_by,
    )
    part = path.with_name(path.name + ".part")
    part.write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=1) + b"\n")
    part.replace(path)
    return load_card(path)


def _made_by(run: Path) -> tuple[MadeBy, Before]:
    """What taught the network, and what its faces were prepared with."""
    try:
        config = msgspec.json.decode((run / "config.json").read_bytes())
    except FileNotFoundError:
        raise RunError(f"{run} is no run folder: it holds no config.json") from None
    made_by = MadeBy(
        commit=_commit(),
        recipe=config["recipe"]["name"],
        data_sha256=config["data_sha256"],
        seed=config["seed"],
    )
    return made_by, config["recipe"].get("before", "nothing")


def _commit() -> str:
    """The last commit that touched what makes a model; `unknown` outside a checkout."""
    here = Path(__file__).parent
    asked = ["git", "log", "-1", "--format=%H", "--", ".", "../edge/eye/face_image.py"]
    try:
        found = subprocess.run(
            asked, cwd=here, capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return found.stdout.strip() or "unknown"
