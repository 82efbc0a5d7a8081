"""rest.json: how the listener's face reads when it shows nothing; seven numbers, no picture."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum, isfinite
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from edge.config import state_file
from edge.messages import MOODS, Mood, Value

SCHEMA = 1
_SHOWS = 0.5
"""A face that leads with so much of a laugh or a fright does not rest."""
_MOVED: dict[Mood, str] = {"happy": "laughs", "surprise": "looks startled"}
_ROUNDING = 0.01
_DIGITS = 4
_AGAIN = "run `moodbox calibrate` again"


class KeptRest(Value, frozen=True):
    """The file's content."""

    schema: Literal[1]
    model: str
    """Sha256 of the model that read the face: another one's numbers mean something else."""
    wall: float
    """When it was watched."""
    seconds: Annotated[float, msgspec.Meta(ge=0.0)]
    """How long."""
    probabilities: dict[Mood, float]


def wrong(probabilities: Mapping[Mood, float]) -> str | None:
    """Why these cannot be a face at rest, in one sentence."""
    if set(probabilities) != set(MOODS):
        return "A face at rest is seven numbers, one for each mood."
    shares = probabilities.values()
    if not all(isfinite(share) and 0.0 <= share <= 1.0 for share in shares):
        return "Each number of a face at rest is a probability from 0 to 1."
    if abs(fsum(shares) - 1.0) > _ROUNDING:
        return f"The numbers of a face at rest sum to one, these to {fsum(shares):.2f}."
    best = max(MOODS, key=probabilities.__getitem__)
    if best in _MOVED and probabilities[best] >= _SHOWS:
        return (
            f"This face {_MOVED[best]} ({best} {probabilities[best]:.2f}): "
            "let it rest, as when you wait for a bus, and try again."
        )
    return None


def kept(model: str, wall: float, seconds: float, probabilities: Mapping[Mood, float]) -> KeptRest:
    """As it is written: rounded, in the moods' order."""
    return KeptRest(
        schema=1,
        model=model,
        wall=round(wall, 3),
        seconds=round(seconds, 1),
        probabilities={mood: round(probabilities[mood], _DIGITS) for mood in MOODS},
    )


def save(path: Path, rest: KeptRest) -> None:
    """Only its owner may read it."""
    state_file.write(path, msgspec.to_builtins(rest), private=True)


def forget(path: Path) -> None:
    """Whether there is one or not."""
    state_file.remove(path)


def read(path: Path, model: str | None) -> tuple[KeptRest | None, str | None]:
    """What is kept there for this model, and one sentence where there is something useless."""
    try:
        rest = msgspec.json.decode(path.read_bytes(), type=KeptRest)
    except FileNotFoundError:
        return None, None
    except OSError as error:
        return None, f"{path} cannot be read ({error.strerror}); {_AGAIN}."
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None, f"{path} is damaged and ignored; {_AGAIN}."
    if wrong(rest.probabilities) is not None:
        return None, f"{path} is damaged and ignored; {_AGAIN}."
    if rest.model != model:
        return None, f"{path} was made with another emotion model and is ignored; {_AGAIN}."
    return rest, None
