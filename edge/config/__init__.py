"""Every setting: its section, type, default, range and one line of explanation, each once.

The nested values are what the rest of the program reads (`config.camera.source`). Range and
explanation stand in the annotation, where `edge/config/values.py` finds them; reading files and
the environment is `edge/config/load.py`'s business.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from edge.messages import Policy, Welcome

NAME = r"[A-Za-z0-9_-]{1,64}"
"""What a box or a group may be called, because it becomes a level of a topic."""
CLOCK = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9])?"
"""A time of the day, or none."""

Level = Annotated[int, Meta(ge=0, le=100)]
Port = Annotated[int, Meta(ge=0, le=65535)]
Name = Annotated[str, Meta(pattern=NAME)]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One [section] of the file."""


class BoxConfig(Section, frozen=True):
    """Who this box is."""

    id: Annotated[
        str,
        Meta(
            pattern=f"(?:{NAME})?",
            description="Name in topics; empty: host name, '-', four digits of the machine id.",
        ),
    ] = ""
    name: Annotated[
        str, Meta(min_length=1, max_length=64, description="What people call this box.")
    ] = "Moodbox"
    history_days: Annotated[
        int, Meta(ge=0, le=3650, description="How long moods and songs are remembered; 0: not.")
    ] = 90


class CameraConfig(Section, frozen=True):
    """Where pictures come from."""

    source: Annotated[
        str,
        Meta(
            min_length=1,
            description="demo, picamera, a V4L2 index or device, a video, a folder, or a URL.",
        ),
    ] = "picamera"
    width: Annotated[int, Meta(ge=160, le=3840, description="Width asked of the camera.")] = 640
    height: Annotated[int, Meta(ge=120, le=2160, description="Height asked of the camera.")] = 480
    rate: Annotated[
        float, Meta(ge=0.5, le=30, description="Looks a second while somebody is there.")
    ] = 8.0
    rotate: Annotated[
        Literal[0, 90, 180, 270], Meta(description="Degrees to turn the picture clockwise.")
    ] = 0
    mirror: Annotated[bool, Meta(description="Swap left and right.")] = False
    crop: Annotated[
        str,
        Meta(description="Part to look at: x, y, width, height of 0 to 1, upright; empty: all."),
    ] = ""
    allow_network: Annotated[
        bool,
        Meta(description="Allow a URL as source: one process beside eye then keeps a network."),
    ] = False
    led_pin: Annotated[
        int,
        Meta(
            ge=-1,
            le=53,
            description="GPIO (BCM number) of a light that is on while the camera is; -1: none.",
        ),
    ] = -1


class EyeConfig(Section, frozen=True):
    """How it looks."""

    runtime: Annotated[
        Literal["auto", "tflite", "litert"],
        Meta(description="What runs the emotion model; auto takes the faster one."),
    ] = "auto"
    idle_rate: Annotated[
        float, Meta(ge=0.1, le=30, description="Looks a second while nobody is there.")
    ] = 1.5
    min_score: Annotated[
        float,
        Meta(ge=0, le=1, description="How sure it must be that it is a face, on five looks."),
    ] = 0.66
    listener: Annotated[
        Literal["largest", "longest", "central"],
        Meta(description="Whose mood counts: largest face, longest there, or most central."),
    ] = "largest"


class MoodConfig(Section, frozen=True):
    """How readings become one steady mood."""

    hold_s: Annotated[
        float,
        Meta(ge=1, le=86400, description="How long a mood lasts on average: longer is steadier."),
    ] = 60.0
    face_s: Annotated[
        float,
        Meta(
            ge=0.05,
            le=60,
            description="How long one expression repeats itself; shorter is quicker to believe.",
        ),
    ] = 0.75
    sure: Annotated[
        float,
        Meta(ge=0.3, le=0.999, description="How probable a mood must be to become the answer."),
    ] = 0.9
    dwell_s: Annotated[
        float, Meta(ge=0, le=60, description="How long another mood must be so before it counts.")
    ] = 0.25
    whose: Annotated[
        Literal["listener", "room"],
        Meta(description="Whose mood counts: the listener's, or everybody's in the room."),
    ] = "listener"
    patience_s: Annotated[
        float, Meta(ge=0, le=600, description="How long it must hold before the song changes.")
    ] = 20.0
    override_s: Annotated[
        float, Meta(ge=1, le=604800, description="How long a mood set by hand lasts.")
    ] = 7200.0


class PresenceConfig(Section, frozen=True):
    """When somebody is there, and what the music makes of it."""

    arrive_s: Annotated[
        float, Meta(ge=0, le=60, description="How long a face must be seen to count as there.")
    ] = 0.7
    leave_s: Annotated[
        float, Meta(ge=0, le=600, description="How long without a face counts as gone.")
    ] = 5.0
    absent_pause_s: Annotated[
        float, Meta(ge=0, le=86400, description="Pause after nobody was there so long; 0: never.")
    ] = 120.0
    fade_s: Annotated[
        float,
        Meta(ge=0, le=60, description="How long that pause fades out, and its end fades in."),
    ] = 3.0
    on_arrival: Annotated[
        Welcome,
        Meta(
            description="For who comes: begin or go on (play), only go on (resume), neither (wait)."
        ),
    ] = "play"
    fresh_s: Annotated[
        float,
        Meta(ge=0, le=86400, description="After a longer pause than this a new song comes."),
    ] = 1800.0


class DjConfig(Section, frozen=True):
    """Which song follows."""

    policy: Annotated[
        Policy, Meta(description="match the mood, lift it step by step, or calm it.")
    ] = "match"
    language: Annotated[
        str, Meta(description="Preferred language of songs: any, or an ISO 639-1 code like hi.")
    ] = "any"
    crossfade_s: Annotated[float, Meta(ge=0, le=30, description="How long two songs overlap.")] = (
        4.0
    )
    drift: Annotated[
        float,
        Meta(ge=0, le=3, description="A mood that moved no farther on the plane cuts no song."),
    ] = 0.5
    exclude: Annotated[
        tuple[str, ...], Meta(description="Genres never heard here; metal means death metal too.")
    ] = ()
    christmas: Annotated[
        Literal["season", "always", "never"],
        Meta(description="When Christmas songs are heard; the season is 1 December to 6 January."),
    ] = "season"
    explicit: Annotated[bool, Meta(description="Play songs that are marked explicit.")] = True
    rest_s: Annotated[
        float,
        Meta(ge=0, le=2_592_000, description="No song comes again so soon, if there are others."),
    ] = 7200.0
    albums: Annotated[bool, Meta(description="Play the whole album of each chosen song.")] = False


class PlayerConfig(Section, frozen=True):
    """How it sounds."""

    driver: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=32,
            description="SDL audio driver: auto, pulseaudio, alsa, disk …; none: silent.",
        ),
    ] = "auto"
    device: Annotated[
        str, Meta(description="Sound device by the driver's own name; empty: its default.")
    ] = ""
    volume: Annotated[Level, Meta(description="How loud, until somebody changes it.")] = 40
    volume_limit: Annotated[Level, Meta(description="Never louder than this.")] = 100
    quiet_from: Annotated[
        str, Meta(pattern=CLOCK, description="When quiet hours begin, like 22:30; empty: never.")
    ] = ""
    quiet_to: Annotated[
        str, Meta(pattern=CLOCK, description="When they end, on the same day or the next.")
    ] = ""
    quiet_volume: Annotated[Level, Meta(description="Not heard louder in quiet hours.")] = 20


class LibraryConfig(Section, frozen=True):
    """What there is to play."""

    paths: Annotated[
        tuple[str, ...], Meta(description="Folders with music; empty: the starter songs.")
    ] = ()
    follow_links: Annotated[
        bool, Meta(description="Also scan what links in these folders point to.")
    ] = True
    hidden: Annotated[
        bool, Meta(description="Also scan files and folders whose names begin with a dot.")
    ] = False
    watch: Annotated[bool, Meta(description="Take in new and changed files while box runs.")] = True
    workers: Annotated[
        int, Meta(ge=1, le=16, description="Files read at the same time by a scan.")
    ] = 2
    films: Annotated[
        tuple[str, ...],
        Meta(description="Folders or CSV files with films; empty: the list that is shipped."),
    ] = ()


class MqttConfig(Section, frozen=True):
    """Whom it tells."""

    host: Annotated[str, Meta(description="Broker's name or address; empty: no broker.")] = ""
    port: Annotated[Port, Meta(description="Broker's port; 0: 1883, or 8883 with tls.")] = 0
    prefix: Annotated[
        str, Meta(min_length=1, max_length=200, description="First level of every topic.")
    ] = "moodbox"
    groups: Annotated[
        tuple[Name, ...], Meta(description="Groups whose commands this box also obeys.")
    ] = ()
    username: Annotated[str, Meta(description="Broker user; empty: anonymous.")] = ""
    password_file: Annotated[
        str, Meta(description="File with the broker password; or the credential mqtt-password.")
    ] = ""
    tls: Annotated[bool, Meta(description="Encrypt the connection.")] = False
    ca_file: Annotated[
        str, Meta(description="Certificates to trust with tls; empty: the system's.")
    ] = ""
    cert_file: Annotated[
        str, Meta(description="The box's own certificate, where the broker asks for one.")
    ] = ""
    key_file: Annotated[
        str, Meta(description="The private key that belongs to cert_file, without passphrase.")
    ] = ""
    suggest: Annotated[
        bool, Meta(description="While there is no host, doctor asks the network for brokers.")
    ] = True
    discovery: Annotated[bool, Meta(description="Announce the box to Home Assistant.")] = True


class WebConfig(Section, frozen=True):
    """The panel: not there yet, so these have no effect."""

    host: Annotated[str, Meta(description="Address of the panel; not there yet.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535, description="Port of the panel; not there yet.")] = (
        8765
    )


class DemoConfig(Section, frozen=True):
    """What `moodbox demo` shows."""

    face_s: Annotated[
        float, Meta(ge=1, le=600, description="How long each demo face is shown.")
    ] = 8.0


class Config(Section, frozen=True):
    """Everything, as the program runs with it."""

    box: BoxConfig = BoxConfig()
    camera: CameraConfig = CameraConfig()
    eye: EyeConfig = EyeConfig()
    mood: MoodConfig = MoodConfig()
    presence: PresenceConfig = PresenceConfig()
    dj: DjConfig = DjConfig()
    player: PlayerConfig = PlayerConfig()
    library: LibraryConfig = LibraryConfig()
    mqtt: MqttConfig = MqttConfig()
    web: WebConfig = WebConfig()
    demo: DemoConfig = DemoConfig()
