"""Answers the requests that need more than the mind: the library's search, the history, a scan.

Called from box's loop; what takes long is done elsewhere and answered when it is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from msgspec.structs import replace

from edge.commands import COUNT
from edge.errors import CommandError
from edge.messages import Answer, AskScan, Command, Now, Problem, Track
from edge.mind import dj
from edge.mind.dj import Record, Wish
from edge.mind.ranked import ranked
from edge.mind.shelves import arrange
from edge.mind.situation import Situation
from edge.ports import Diary, Library
from edge.scans import Scans

_HOUR_S: Final = 3600.0


class Diagnosis(Protocol):
    """Looks at every part, in a thread of its own."""

    def ask(self, answer: Callable[[Answer], None]) -> None: ...


class Desk:
    """Takes a checked request first; what it leaves, the mind does."""

    def __init__(
        self,
        library: Library,
        scans: Scans,
        diary: Diary,
        films: Callable[[], Sequence[Track]],
        diagnosis: Diagnosis,
    ) -> None:
        self._library, self._scans, self._diary = library, scans, diary
        self._films, self._diagnosis = films, diagnosis

    def take(
        self,
        command: Command,
        situation: Situation,
        now: Now,
        answer: Callable[[Answer], None],
    ) -> Command | None:
        """What is left for the mind to do; None where the request is answered, or will be."""
        try:
            match command.name:
                case "search":
                    answer(Answer(data=self._search(command.arguments, situation.tracks)))
                case "history":
                    since = now.wall - command.arguments.get("hours", 24) * _HOUR_S
                    answer(Answer(data=self._diary.spans(since)))
                case "recommend" if command.arguments.get("kind") == "film":
                    data = self._recommended(command.arguments, situation, now)
                    answer(Answer(data=data))
                case "diagnostics":
                    self._diagnosis.ask(answer)
                case _:
                    return self._prepared(command, situation.tracks)
        except CommandError as error:
            answer(Answer(problem=Problem(code=error.code, message=str(error))))
        return None

    def _prepared(self, command: Command, tracks: Mapping[str, Track]) -> Command:
        """With the library's part of it done."""
        asked = command.arguments
        match command.name:
            case "play" if "query" in asked:
                return replace(command, arguments={"track_id": self._best(asked["query"], tracks)})
            case "library.scan":
                problem = self._scans.scan(AskScan(full=asked.get("full", False))).problem
                if problem is not None:
                    raise CommandError("busy", problem)
                return replace(command, value={"started": True})
            case "history.clear":
                removed = self._diary.clear(asked.get("before"))
                return replace(command, value={"removed": removed})
        return command

    def _best(self, query: str, tracks: Mapping[str, Track]) -> str:
        hits = self._library.search(query, 1, among=tracks)
        if not hits.items:
            raise CommandError("not_found", f"No song has the words {query[:64]!r}; try fewer.")
        return hits.items[0].id

    def _search(self, asked: dict[str, Any], tracks: Mapping[str, Track]) -> dict[str, Any]:
        n, offset = asked.get("n", COUNT), asked.get("offset", 0)
        hits = self._library.search(asked["query"], n, offset, tracks)
        return {"items": hits.items, "total": hits.total}

    def _recommended(self, asked: dict[str, Any], situation: Situation, now: Now) -> dict[str, Any]:
        state, films = situation.state, self._films()
        wish = Wish(
            mood=asked.get("mood") or state.mood or "neutral",
            policy=state.policy,
            language=asked.get("language", state.language),
        )
        shelves = arrange(films, situation.rules.house)
        by_id = {film.id: film for film in films}
        chosen = dj.recommend(by_id, shelves, wish, Record(), now, asked.get("n", COUNT))
        return {"items": ranked(chosen, "film")}
