"""The one loop: takes a message, asks the mind, carries out the effects.

All threads (the link's, the broker's, the scan's) only put things into the inbox; this loop alone
owns the situation, the library and the settings. A request may be dealt with in the thread that
brings it while the loop sleeps: whoever has the turn is the loop.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from functools import lru_cache

from msgspec.structs import replace

from edge.commands import parse_set
from edge.correspondence import Correspondence
from edge.desk import Desk
from edge.ears import Ears
from edge.inbox import Heard, Inbox, Inquiry, Item, Watchers
from edge.keeping import Keeping
from edge.link import Connection
from edge.messages import (
    Answer,
    AskRest,
    AskScan,
    AskSearch,
    Event,
    FilesChanged,
    Found,
    Gone,
    HeardSongs,
    Hello,
    InboxMessage,
    Lesson,
    Log,
    Now,
    Part,
    Place,
    PlaceKept,
    Playing,
    Problem,
    Reading,
    Remember,
    Request,
    Rest,
    RestKept,
    Role,
    Set,
    State,
    Tick,
    TracksCame,
    Watch,
)
from edge.mind import conductor, recall
from edge.mind.situation import Effect, KeepPlaying, KeepRest, Save, Situation, ToEye, ToPlayer
from edge.mind.taste import learned
from edge.ports import Diary, Library, Publisher
from edge.resting import Resting
from edge.scan_news import ScanNews
from edge.scans import Scans
from edge.stocking import BREATH_S, Stocking
from edge.upkeep.vitals import Vitals

TICK_S = 0.2
_INTRODUCED = {"audio": "audio", "model": "runtime"}
"""Parts whose kind stands in `info`, and where."""
_log = logging.getLogger("moodbox")


class Box:
    """box's state and its hands."""

    def __init__(
        self,
        situation: Situation,
        inbox: Inbox,
        watchers: Watchers,
        library: Library,
        publisher: Publisher,
        keeping: Keeping,
        desk: Desk,
        correspondence: Correspondence,
        diary: Diary,
        resting: Resting,
        scans: Scans,
        ears: Ears,
        vitals: Vitals,
        beat: Callable[[], None],
        playing: Playing | None = None,
        keep_playing: Callable[[Playing | None], None] = lambda _playing: None,
    ) -> None:
        """`playing` is what was kept of the song before a power cut."""
        self._inbox = inbox
        self._watchers = watchers
        self._library = library
        self._publisher = publisher
        self._keeping = keeping
        self._desk, self._correspondence, self._diary = desk, correspondence, diary
        self._resting = resting
        self._scans = scans
        self._ears = ears
        self._scan_news = ScanNews()
        self._turn, self._over, self._ticked = threading.Lock(), False, 0.0
        inbox.lend(self._at_once)
        self._beat = beat
        self._vitals = vitals
        self._ends: dict[Role, Connection] = {}
        self._stocking = Stocking(library)
        broken = library.broken()
        tracks = [track for track in self._stocking.first(playing) if track.id not in broken]
        self._keep_playing = keep_playing
        history = library.history()
        known = replace(
            conductor.stock(situation, tracks),
            broken=broken,
            likes=library.likes(),
            heard=library.heard(),
            last=history.last,
            plays=history.plays,
            taste=learned(library.lessons()),
        )
        self._situation = recall.recalled(known, playing, _now())

    def run(self, stop: threading.Event) -> None:
        """Until told to stop."""
        while not stop.is_set():
            item = self._inbox.get(BREATH_S if self._stocking.more else TICK_S)
            if stop.is_set():
                break  # what comes now are the others' goodbyes
            with self._turn:
                self._go_round(item)
            if item is not None:
                self._inbox.done()
        with self._turn:
            self._over = True
            self._keeping.close()

    def _at_once(self, inquiry: Inquiry) -> bool:
        """From another thread: answer it here, where the loop sleeps; False: it does not.

        Whoever has the turn is the loop. To wake it takes a tenth of a millisecond, which is a good
        part of an answer's way.
        """
        if not self._turn.acquire(blocking=False):
            return False
        try:
            if self._over or not self._inbox.idle:
                return False  # what waits goes first
            self._inquire(inquiry)
        finally:
            self._turn.release()
        return True

    def _go_round(self, item: Item | None) -> None:
        if item is not None:
            self._take(item)
        if (came := self._stocking.next(idle=item is None)) is not None:
            self._handle(came)
        if time.monotonic() - self._ticked >= TICK_S:
            self._ticked = time.monotonic()
            self._beat()
            self._scans.tend()
            self._ears.tend()
            self._tell_of_scan(self._ticked)
            self._keeping.tend(self._ticked)
            self._diary.tend(time.time(), self._situation.rules.history_days)
            self._handle(Tick())
            self._publisher.show(self._present(), _now())
            self._publisher.health(self._vitals.due(_now(), self._situation.faults))

    def _tell_of_scan(self, at: float) -> None:
        line = self._scan_news.line(self._scans.told(), at)
        if line is not None:
            self._carry_out(line)

    def _take(self, item: Item) -> None:
        if isinstance(item, Found):
            over = self._scans.take(item)
            if over is not None:
                self._handle(over)
            self._ears.mind(item)
        elif isinstance(item, HeardSongs):
            better_known = self._ears.take(item)
            if better_known is not None:
                self._handle(better_known)
        elif isinstance(item, Inquiry):
            self._inquire(item)
        elif isinstance(item, FilesChanged):
            self._scans.changed(item)
        elif isinstance(item, Heard):
            self._take_heard(item)
        else:
            self._handle(item)

    def _take_heard(self, heard: Heard) -> None:
        role, connection, message = heard.hello.role, heard.connection, heard.message
        if message is None:
            self._watchers.discard(connection)
            if self._ends.get(role) is connection:
                del self._ends[role]
                self._handle(Gone(role=role, pid=heard.hello.pid))
        elif isinstance(message, Watch):
            self._watchers.add(connection)
            for published in self._publisher.standing():
                connection.send(published)
        elif isinstance(message, Rest | AskRest):
            connection.send(self._answer(message))
        elif isinstance(message, AskScan | AskSearch):
            connection.send(self._scans.answer(message))
        elif isinstance(message, Place):
            connection.send(self._place(message))
        elif isinstance(message, Request | Set):
            self._ask(message, connection)
        elif isinstance(message, Hello):
            self._meet(message, connection)
        elif self._ends.get(role) is connection:
            if isinstance(message, Reading):
                self._watchers.send(message)
                self._vitals.take(message)
            if isinstance(message, Part) and message.part in _INTRODUCED:
                self._publisher.introduce({_INTRODUCED[message.part]: message.kind})
            self._handle(message)  # type: ignore[arg-type]  # checked at the link's door

    def _meet(self, hello: Hello, connection: Connection) -> None:
        if hello.role == "tool":
            return
        old = self._ends.get(hello.role)
        if old is not None and old is not connection:
            old.close()
        self._ends[hello.role] = connection
        self._vitals.meet(hello, _now())
        if hello.role == "eye":
            self._publisher.introduce({"camera": hello.camera, "runtime": hello.runtime})
        else:
            self._publisher.introduce({"audio": hello.audio})
        self._handle(hello)

    def _answer(self, asked: Rest | AskRest) -> RestKept:
        refused = None
        if isinstance(asked, Rest):
            refused = self._resting.refusal(asked)
            if refused is None:
                self._handle(asked)
        return self._resting.told(refused)

    def _ask(self, wish: Request | Set, connection: Connection) -> None:
        if isinstance(wish, Set):
            self._handle(parse_set(wish.name, wish.value.encode()))
        else:
            self._correspondence.take(wish, connection, self._inquire)

    def _inquire(self, inquiry: Inquiry) -> None:
        """Answer a request; whatever breaks, somebody waits for a word."""
        now = _now()
        try:
            left = self._desk.take(inquiry.command, self._situation, now, inquiry.answer)
            if left is not None:
                self._handle(left, inquiry.answer)
        except Exception:  # noqa: BLE001 - one broken request must not end the music
            _log.exception("the request %s broke", inquiry.command.name)
            told = f"{inquiry.command.name} failed; the box's log says why."
            inquiry.answer(Answer(problem=Problem(code="internal", message=told)))

    def _place(self, word: Place) -> PlaceKept:
        kept, placed = self._ears.place(word, _now())
        if placed is not None:
            self._handle(placed)
        return kept

    def _handle(
        self, message: InboxMessage, answer: Callable[[Answer], None] | None = None
    ) -> None:
        before = self._situation
        dice = random.random()  # noqa: S311 - a song is no secret
        self._situation, effects = conductor.handle(before, message, _now(), dice)
        for effect in effects:
            if answer is not None and isinstance(effect, Answer):
                answer(effect)  # first: the state follows the response
        if self._situation.rules.name != before.rules.name:
            self._publisher.introduce({"name": self._situation.rules.name})
        if self._situation.state is not before.state:
            self._publisher.show(self._present(), _now())
        for effect in effects:
            self._carry_out(effect)

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case ToEye(message=message):
                self._send("eye", message)
            case ToPlayer(message=message):
                self._send("player", message)
            case Event():
                self._publisher.tell(effect)
                rules, guest = self._situation.rules, self._situation.guest
                self._diary.take(effect, keep=rules.history_days > 0 and not guest)
            case Save(changed=changed):
                self._keeping.put(changed, time.monotonic())
            case Place():
                self._place(effect)
            case KeepPlaying(playing=playing):
                self._keep_playing(playing)
            case KeepRest(rest=rest):
                self._resting.keep(rest, _now())
            case Remember():
                self._library.remember(effect, _now())
            case Lesson():
                better_known = self._library.learn(effect, _now())
                if better_known:
                    self._handle(TracksCame(tracks=better_known))
            case Log():
                _log.log(logging.getLevelName(effect.level.upper()), "%s", effect.message)
                self._publisher.log(effect, _now())

    def _send(self, role: Role, message: object) -> None:
        connection = self._ends.get(role)
        if connection is not None:
            connection.send(message)  # type: ignore[arg-type]  # the mind's own messages

    def _present(self) -> State:
        """The state at this moment: a playing song has moved on since it was last heard of."""
        state = self._situation.state
        if state.player != "playing" or state.position_s is None or state.position_at is None:
            return state
        moved = time.monotonic() - state.position_at
        whole = (state.track.duration_s if state.track else None) or float("inf")
        return replace(state, position_s=min(state.position_s + max(0.0, moved), whole))


def _now() -> Now:
    wall = time.time()
    return Now(at=time.monotonic(), wall=wall, ahead_s=_ahead_s(int(wall) // 60))


@lru_cache(maxsize=1)
def _ahead_s(minute: int) -> int:
    """Of UTC; where clocks are put forward or back, they are at a full minute."""
    return time.localtime(minute * 60).tm_gmtoff
