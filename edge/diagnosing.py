"""What `moodbox doctor` finds, for a request: in a thread, and told in time.

A check that is not done in time is told as it was last found, else as skipped.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from edge.messages import Answer, Problem
from edge.upkeep.doctor import Check, Question, diagnosis, examine

WITHIN_S: Final = 1.5
"""The contract leaves two seconds for the whole answer."""
_FRESH_S: Final = 10.0
_log = logging.getLogger("moodbox")


class Diagnosing:
    """One look at all parts at a time; who asks meanwhile is told the same."""

    def __init__(
        self, questions: Callable[[], Sequence[Question]], within_s: float = WITHIN_S
    ) -> None:
        self._questions, self._within_s = questions, within_s
        self._lock = threading.Lock()
        self._waiting: list[Callable[[Answer], None]] = []
        self._known: dict[str, Check] = {}
        self._answer: Answer | None = None
        self._at = float("-inf")

    def ask(self, answer: Callable[[Answer], None]) -> None:
        """Call `answer` once, from another thread or at once."""
        with self._lock:
            fresh = self._answer if time.monotonic() - self._at < _FRESH_S else None
            if fresh is None:
                self._waiting.append(answer)
                begin = len(self._waiting) == 1
        if fresh is not None:
            answer(fresh)
        elif begin:
            threading.Thread(target=self._look, name="diagnosis", daemon=True).start()

    def _look(self) -> None:
        try:
            told = self._looked()
        except Exception:  # noqa: BLE001 - the thread begins here, and somebody waits for an answer
            _log.exception("the diagnosis broke")
            told = Answer(problem=Problem(code="internal", message="The log says what broke."))
        with self._lock:
            waiting, self._waiting = self._waiting, []
            self._answer, self._at = told, time.monotonic()
        for answer in waiting:
            answer(told)

    def _looked(self) -> Answer:
        """Every part at the same time: together they would take longer than a request may."""
        questions, end = self._questions(), time.monotonic() + self._within_s
        looks = [_Look(question, self._note) for question in questions]
        for look in looks:
            look.done.wait(max(0.0, end - time.monotonic()))
        whole = diagnosis([self._told(look) for look in looks])
        return Answer(data={"schema": whole.schema, "ok": whole.ok, "checks": whole.checks})

    def _told(self, look: _Look) -> Check:
        late = "It takes longer than a request may; ask again, or use moodbox doctor."
        skipped = Check(name=look.name, status="skip", message=late)
        return look.found or self._known.get(look.name, skipped)

    def _note(self, check: Check) -> None:
        self._known[check.name] = check


class _Look:
    """One check on its way, in a thread that nobody need wait for."""

    def __init__(self, question: Question, on_found: Callable[[Check], None]) -> None:
        self.name = question[0]
        self.done = threading.Event()
        self.found: Check | None = None
        self._question, self._on_found = question, on_found
        threading.Thread(target=self._look, name=f"look-{self.name}", daemon=True).start()

    def _look(self) -> None:
        self.found = next(iter(examine([self._question])))
        self._on_found(self.found)
        self.done.set()
