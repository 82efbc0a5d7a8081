"""The frozen values that all parts speak.

Everything that crosses a process or enters box's inbox is declared here. Values are closed to
unknown fields. `at` is seconds of CLOCK_MONOTONIC, which all processes of one machine share;
`wall` is seconds since 1970. The ones with a `type` tag travel over the link as JSON frames.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

import msgspec

Mood = Literal["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]
MOODS: tuple[Mood, ...] = get_args(Mood)
"""The seven moods in the order of FER2013's labels, which is the order of every seven numbers."""

Role = Literal["eye", "player", "box", "tool"]
CameraState = Literal["on", "off", "fault"]
PlayerState = Literal["playing", "paused", "stopped"]
Presence = Literal["present", "absent", "unknown"]
Mode = Literal["auto", "manual"]
Policy = Literal["match", "lift", "calm"]
Repeat = Literal["off", "one", "all"]
Trend = Literal["rising", "falling", "steady"]
MoodFrom = Literal["owner", "tag", "playlist", "folder", "genre", "listening"]
Welcome = Literal["play", "resume", "wait"]
EventType = Literal[
    "mood_changed",
    "presence_changed",
    "track_started",
    "track_ended",
    "feedback",
    "command",
    "fault",
    "recovered",
    "scan_finished",
]
"""What the music does when somebody comes: begins, goes on only where an absence held it, waits."""

PROTOCOL = 1
"""Version of the link; both ends refuse another."""


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A value inside a message."""


class Message(Value, frozen=True, tag_field="type", tag=lambda name: name.lower()):
    """A value with a `type`, which can travel alone."""


class Now(Value, frozen=True):
    """A moment, in both clocks; passed in so that decisions need none."""

    at: float
    """Seconds of CLOCK_MONOTONIC."""
    wall: float
    """Seconds since 1970, UTC."""
    ahead_s: float = 0.0
    """How far local time is ahead of UTC: the listener's evening, and the day of the year."""

    @property
    def local(self) -> float:
        """As `wall`, in local time."""
        return self.wall + self.ahead_s


# --- what eye tells ---------------------------------------------------------------------------


class Face(Value, frozen=True):
    """One face in one picture, as `classify --json` and `replay --json` print it."""

    box: tuple[int, int, int, int]
    """x, y, width, height in pixels of the upright picture."""
    score: float
    """How sure the finder is that this is a face, 0–1."""
    probabilities: dict[Mood, float]
    """Calibrated, all seven, summing to one."""
    mood: Mood
    """The most probable of the seven."""
    confidence: float
    """Its probability."""
    usable: bool
    """False where the picture is too small, dark or blurred to trust the probabilities."""
    reasons: tuple[str, ...] = ()
    """Why it is not usable."""
    id: int | None = None
    """Stable while one face is followed from frame to frame."""


class Reading(Message, frozen=True):
    """One look: who was there and how they seemed. The newest wins, none waits."""

    at: float
    faces: tuple[Face, ...] = ()
    listener: int | None = None
    """Index into `faces` of the one whose mood counts."""
    width: int = 0
    height: int = 0
    stage_ms: dict[str, float] = {}
    """Milliseconds by stage of this look: capture, detect, classify."""


class Part(Message, frozen=True):
    """A part's condition (camera, model, audio …), told when it changes and after each hello."""

    part: str
    ok: bool
    message: str = ""
    """One sentence: what is wrong, or what works now."""
    kind: str | None = None
    """What carries it now, where that can change: the sound driver, the model's runtime."""


# --- what player tells ------------------------------------------------------------------------


class Played(Message, frozen=True):
    """What is heard now; sent on every change, after hello, and once a second while playing."""

    at: float
    state: PlayerState
    track_id: str | None = None
    position_s: float = 0.0
    duration_s: float | None = None
    held: bool = False
    """It plays, but there is no loudspeaker to hear it from: the position stands still."""


class Ended(Message, frozen=True):
    """A track came to its end by itself (`finished`) or could not be played (`error`)."""

    at: float
    track_id: str
    reason: Literal["finished", "error"]
    message: str = ""
    missing: bool = False
    """The file is not there: its drive may be away, and it is not to be called broken."""
    stalled: bool = False
    """Missing only for now: the file is there, but its disk did not answer in time."""
    followed_by: str | None = None
    """The song that was told ahead and has begun in its place."""
    asked_at: float | None = None
    """Of the `Play` that is over: box may have asked for the same song again meanwhile."""


# --- what box asks of eye and player ----------------------------------------------------------


class Look(Message, frozen=True):
    """Box to eye: open or close the camera's eye."""

    on: bool


class Play(Message, frozen=True):
    """Box to player: play this file now, fading over from whatever sounds."""

    track_id: str
    path: str
    start_s: float = 0.0
    fade_s: float = 0.0
    """Length of the crossfade from the present track."""
    gain_db: float = 0.0
    """What brings it to the common loudness."""
    asked_at: float = 0.0
    """When box decided it: tells it from other times of the same song."""
    level_to: float | None = None
    """LUFS to bring it to by measuring it, where nobody knows yet how loud it is; `gain_db` is a
    guess until then."""


class Ahead(Message, frozen=True):
    """Box to player: what follows by itself once this song ends; the latest word counts."""

    after: str
    """The song that plays; where another one does by now, this is too late and without effect."""
    play: Play | None = None
    """Without `fade_s` it joins on sample to sample, as on an album; with it, both overlap. One
    that joins on with `level_to` keeps the gain of the song before it."""


class Pause(Message, frozen=True):
    """Box to player: hold the present track once it has faded out."""

    fade_s: float = 0.0
    """At least as long as it takes not to click."""


class Resume(Message, frozen=True):
    """Box to player: go on where it was paused, or come back up where it is still fading."""

    fade_s: float = 0.0


class Stop(Message, frozen=True):
    """Box to player: fade out and forget the track."""

    fade_s: float = 0.3


class Seek(Message, frozen=True):
    """Box to player: go on from this second of the present track."""

    position_s: float


class Volume(Message, frozen=True):
    """Box to player: how loud, 0–100; 100 is the loudest the owner allows to be heard."""

    level: int


# --- the link itself --------------------------------------------------------------------------


class Hello(Message, frozen=True):
    """First frame from either end."""

    protocol: int
    role: Role
    pid: int
    isolation: tuple[str, ...] | None = None
    """Eye only: the protections in force."""
    camera: str | None = None
    """Eye only: the kind of camera."""
    audio: str | None = None
    """Player only: the sound driver in use, null when silent."""
    runtime: str | None = None
    """Eye only: which TFLite runtime reads the emotions."""


class Watch(Message, frozen=True):
    """Tool to box: send me every reading, state and publication from now on."""


class Rest(Message, frozen=True):
    """Tool to box: so the listener's face reads when it shows nothing; answered by `RestKept`."""

    probabilities: dict[Mood, float] | None
    """All seven, summing to one; null forgets what was kept."""
    seconds: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 0.0
    """How long it was watched."""


class AskRest(Message, frozen=True):
    """Tool to box: which face at rest do you keep? Answered by `RestKept`."""


class RestKept(Message, frozen=True):
    """Box to a tool: what is kept now, and where."""

    path: str
    probabilities: dict[Mood, float] | None = None
    """Null: none is kept."""
    seconds: float = 0.0
    wall: float | None = None
    """When it was watched."""
    model: str | None = None
    """Sha256 of the model that read it."""
    problem: str | None = None
    """Why what was asked for was not done, in one sentence."""


Axis = Annotated[float, msgspec.Meta(ge=-1, le=1)]


class Place(Message, frozen=True):
    """Tool to box: the owner's word for a song; neither mood nor place takes it back."""

    track_id: str
    mood: Mood | None = None
    valence: Axis | None = None
    arousal: Axis | None = None


class PlaceKept(Message, frozen=True):
    """Box to a tool: where the song stands now."""

    track: Track | None = None
    problem: str | None = None
    """Why what was asked for was not done, in one sentence."""


class AskScan(Message, frozen=True):
    """Tool to box: look through the music now, or tell how far that is; answered by `ScanTold`."""

    start: bool = True
    """False only asks how far it is."""
    full: bool = False
    """Read every file anew, changed or not."""
    paths: tuple[str, ...] = ()
    """Only these folders or files; outside the library's folders they join it. None: all."""
    forget: bool = False
    """Take the paths out of the library's folders again; no file is touched."""


class ScanTold(Message, frozen=True):
    """Box to a tool: how far the scan is, or how the last one ended."""

    number: int = 0
    """Which scan since the start."""
    running: bool = False
    files: int | None = None
    """How many there are; null where nobody counted."""
    read: int = 0
    same: int = 0
    """Files that are as they were, and were not read."""
    left_out: int = 0
    named: tuple[str, ...] = ()
    """The first of the files that are left out, each with the reason."""
    away: tuple[str, ...] = ()
    """Folders that are missing or empty now."""
    added: int = 0
    changed: int = 0
    removed: int = 0
    songs: int = 0
    problem: str | None = None
    """Why what was asked for was not done, in one sentence."""


class AskSearch(Message, frozen=True):
    """Tool to box: which songs have these words? Answered by `Hits`."""

    query: str
    n: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 20
    offset: Annotated[int, msgspec.Meta(ge=0)] = 0


class Ranked(Value, frozen=True):
    """A song or film in a list, with its place there and the reason for it."""

    rank: int
    id: str
    kind: Literal["song", "film"]
    title: str | None
    artist: str | None
    album: str | None
    genre: str | None
    language: str | None
    duration_s: float | None
    mood: Mood | None
    valence: float | None
    arousal: float | None
    score: float
    """0–1, beside the best."""
    reason: str


class Request(Message, frozen=True):
    """Tool to box: a request of the MQTT contract; answered by `Response`."""

    command: str
    payload: dict[str, Any] = {}
    """Its arguments, and `transaction`."""


class Set(Message, frozen=True):
    """Tool to box: a plain value, as on `<name>/set`; what comes of it is told in an event."""

    name: str
    value: str = ""


class Response(Message, frozen=True):
    """Box to a tool: the answer to its request, as it would stand on `response/<command>`."""

    command: str
    payload: dict[str, Any]


class Hits(Message, frozen=True):
    """Box to a tool: what a search found."""

    items: tuple[Ranked, ...]
    total: int


class Published(Message, frozen=True):
    """Box to a watching tool: this went to the broker (or would, were it there)."""

    topic: str
    payload: Any
    """The JSON value, or the plain text."""


class Gone(Value, frozen=True):
    """Into box's inbox: the process in this role closed its end."""

    role: Role
    pid: int


class Broker(Value, frozen=True):
    """Into box's inbox: the session with the broker began or ended."""

    connected: bool
    message: str = ""
    twin: bool = False
    """Somebody else seems to use the same id."""


class Tick(Value, frozen=True):
    """Into box's inbox: time passed."""


# --- songs, state, events ---------------------------------------------------------------------


class Track(Value, frozen=True, gc=False):
    """One song as the library knows it; unknown is None."""

    id: str
    path: str
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    genre: str | None = None
    language: str | None = None
    """ISO 639-1, null where unknown or instrumental."""
    duration_s: float | None = None
    mood: Mood | None = None
    valence: float | None = None
    arousal: float | None = None
    spread: float | None = None
    """Standard deviation of the place on the plane, in its units."""
    mood_from: MoodFrom | None = None
    """Who says so; the word of each beats that of all after it."""
    album_artist: str | None = None
    disc: int | None = None
    number: int | None = None
    """Its place on the disc."""
    compilation: bool = False
    year: int | None = None
    bpm: float | None = None
    explicit: bool = False
    loudness: float | None = None
    """Of the whole song in LUFS: measured, else as its ReplayGain or R128 tags imply."""
    album_loudness: float | None = None
    peak_db: float | None = None
    """Highest sample, in dB of full scale."""


class TracksFound(Value, frozen=True):
    """A scan is over: what came of it. Its songs are told by `TracksCame`."""

    tracks: tuple[Track, ...] = ()
    total: int = 0
    """Songs in the library."""
    added: int = 0
    changed: int = 0
    removed: int = 0


class TracksCame(Value, frozen=True):
    """Some songs of many: they are new, better known, or gone. So the loop never waits for all."""

    tracks: tuple[Track, ...] = ()
    gone: tuple[str, ...] = ()
    """Ids of songs that cannot be played any more, or never could."""


class FilesChanged(Value, frozen=True):
    """Into box's inbox: something happened to the music in these folders."""

    folders: tuple[str, ...]


class Found(Value, frozen=True):
    """Into box's inbox: some files that a scan has read, or its end."""

    rows: tuple[Any, ...] = ()
    done: bool = False


class HeardSongs(Value, frozen=True):
    """Into box's inbox: what listening has found out about some songs, or its end."""

    rows: tuple[Any, ...] = ()
    done: bool = False
    failed: bool = False
    """Nothing can be listened to here; not tried again until the next scan."""


class Settings(Value, frozen=True):
    """What the listener may change while the box runs; outlives a restart."""

    camera: Literal["on", "off"] = "on"
    mode: Mode = "auto"
    policy: Policy = "match"
    language: str = "any"
    volume: int = 40
    repeat: Repeat = "off"
    shuffle: bool = False
    guest_until: float | None = None
    """Somebody else listens until then (wall time), and nothing is remembered."""


class Playing(Value, frozen=True):
    """What is kept of the present song, for after a power cut."""

    track_id: str
    position_s: float
    paused: bool = False
    paused_for: Literal["listener", "absence"] = "listener"
    """Whose word it was: music that was held because nobody was there comes back by itself."""
    paused_at: float | None = None
    """Wall time."""
    queue: tuple[str, ...] = ()
    """Ids of what the listener wants to hear next, the first hundred."""


class State(Value, frozen=True):
    """The whole present state, as everyone outside sees it."""

    mood: Mood | None = None
    confidence: float | None = None
    valence: float | None = None
    arousal: float | None = None
    mood_since: float | None = None
    """Wall time."""
    mood_source: Literal["camera", "override"] | None = None
    trend: Trend | None = None
    """Where valence has been going over the last minutes, as the camera saw it."""
    presence: Presence = "unknown"
    people: int | None = None
    camera: CameraState = "off"
    mode: Mode = "auto"
    override: Mood | Literal["auto"] = "auto"
    override_until: float | None = None
    """Wall time."""
    policy: Policy = "match"
    language: str = "any"
    player: PlayerState = "stopped"
    volume: int = 40
    track: Track | None = None
    position_s: float | None = None
    """Where the track was at `position_at`; while playing it runs on from there."""
    position_at: float | None = None
    """Monotonic; not published."""
    sleep_until: float | None = None
    """Wall time."""
    up_next: tuple[Track, ...] = ()


class Event(Value, frozen=True):
    """Something that happened, for `event`; the id is given when it is published."""

    event_type: EventType
    wall: float
    fields: dict[str, Any] = {}
    """As the contract names them for this type; a track is a `Track`."""


class Remember(Value, frozen=True):
    """Note in the library that this happened to a song."""

    track_id: str
    what: Literal["played", "liked", "disliked", "undone", "broken"]
    """`undone` takes a like or dislike back."""


class History(Value, frozen=True):
    """When (wall time) and how often each song was heard, by id."""

    last: dict[str, float] = {}
    plays: dict[str, int] = {}


class Lesson(Value, frozen=True):
    """What the listener did with a song that was chosen for a mood, to learn their taste from."""

    track_id: str
    mood: Mood | None
    what: Literal["liked", "disliked", "finished", "skipped_early", "skipped_late"]
    features: tuple[tuple[int, float], ...]
    """The song in that mood, as `edge.mind.features` has it: slot and value."""


class Log(Value, frozen=True):
    """A line in the log, and on the `log` topic where it concerns the listener."""

    level: Literal["info", "warning", "error", "critical"]
    message: str
    part: str


class Command(Value, frozen=True):
    """Somebody asks for something: MQTT, a tool or the panel. Already checked at the door."""

    name: str
    """As in the contract: `volume`, `next`, `override` …"""
    value: Any = None
    """A setting's new value, where it came as a plain one; None for buttons."""
    arguments: dict[str, Any] = {}
    """Of a request."""
    asked: bool = False
    """It is a request: somebody waits for the answer."""


class Problem(Value, frozen=True):
    """Why a request was refused."""

    code: str
    """One of the contract's error codes."""
    message: str
    """One sentence that says what to do."""


class Answer(Value, frozen=True):
    """What a request is answered: either of the two."""

    data: dict[str, Any] | None = None
    """As the contract names it for this command; tracks are `Track`, times are wall times."""
    problem: Problem | None = None


class BadCommand(Value, frozen=True):
    """A plain-value message that was refused at the door."""

    name: str
    message: str
    """One sentence that says what to do."""


InboxMessage = (
    Reading
    | Part
    | Played
    | Ended
    | Hello
    | Gone
    | Broker
    | Tick
    | TracksFound
    | TracksCame
    | Command
    | BadCommand
    | Rest
)
"""All that can come into box's one loop."""

FromEye = Hello | Reading | Part
FromPlayer = Hello | Played | Ended | Part
FromTool = Hello | Watch | Rest | AskRest | AskScan | AskSearch | Place | Request | Set
ToEye = Hello | Look
ToPlayer = Hello | Play | Ahead | Pause | Resume | Stop | Seek | Volume
