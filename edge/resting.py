"""What box keeps of the listener's face at rest, and what it answers the tool that asks."""

from __future__ import annotations

import logging
from pathlib import Path

from edge.config import rest
from edge.messages import Mood, Now, Rest, RestKept

_log = logging.getLogger("moodbox")


class Resting:
    """The file beside the settings, made with the model in use."""

    def __init__(self, path: Path, model: str | None) -> None:
        self._path = path
        self._model = model
        self._kept, warning = rest.read(path, model)
        self._problem: str | None = None
        if warning is not None:
            _log.warning("%s", warning)

    @property
    def probabilities(self) -> dict[Mood, float] | None:
        """How the face reads when it shows nothing, where that is known."""
        return None if self._kept is None else self._kept.probabilities

    def refusal(self, asked: Rest) -> str | None:
        """Why box does not take this, in one sentence; the door's check."""
        if asked.probabilities is None:
            return None
        if self._model is None:
            return "The box has no emotion model that it could be calibrated for."
        return rest.wrong(asked.probabilities)

    def keep(self, asked: Rest, now: Now) -> None:
        """Write it, or forget what was written; a full or broken disk is told, not raised."""
        self._problem = None
        try:
            if asked.probabilities is None or self._model is None:
                rest.forget(self._path)
                self._kept = None
            else:
                new = rest.kept(self._model, now.wall, asked.seconds, asked.probabilities)
                rest.save(self._path, new)
                self._kept = new
        except OSError as error:
            self._problem = (
                f"{self._path} could not be changed ({error.strerror}): "
                "what you asked for holds until the box ends."
            )
            _log.error("%s", self._problem)

    def told(self, refused: str | None = None) -> RestKept:
        """The answer."""
        problem, self._problem = refused or self._problem, None
        path = str(self._path)
        if self._kept is None:
            return RestKept(path=path, problem=problem)
        return RestKept(
            path=path,
            probabilities=self._kept.probabilities,
            seconds=self._kept.seconds,
            wall=self._kept.wall,
            model=self._kept.model,
            problem=problem,
        )
