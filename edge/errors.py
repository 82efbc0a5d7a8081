"""Everything that can go wrong and is worth telling apart.

MoodboxError
├── ConfigError        the configuration is wrong; one sentence per problem, exit code 2
├── CameraError        no picture: missing, busy, lost or hung; a state, retried for ever
│   └── NoPictureYet   nothing is wrong so far: read again in a moment
├── ModelError         a model file is missing, damaged, or does not fit its card
├── IsolationError     eye could not show that it gave up the network
├── PictureError       a picture cannot be read; carries the code that `classify` tells
├── AudioError         no loudspeaker: missing, busy or lost; a state, retried for ever
├── TrackError         one song cannot be opened or decoded
│   └── TrackMissingError  its file is not there, or not ours to read: it may come back
├── LibraryError       the library is in another process's hands
├── LinkError          the other end of the socket broke the protocol
├── BrokerError        a tool cannot speak to the broker; for the end of a sentence
├── UnknownSong        no song of the library is meant, or several are
├── CalibrationError   no face at rest could be learned, or kept
└── CommandError       a command was refused; carries the contract's error code
"""

from __future__ import annotations

from typing import Literal


class MoodboxError(Exception):
    """Base of all expected failures; its text is one sentence for a person."""


class ConfigError(MoodboxError):
    """The configuration is wrong. `problems` holds one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class CameraError(MoodboxError):
    """The camera gives no picture now."""


class NoPictureYet(CameraError):  # noqa: N818 - nothing is wrong
    """The camera is being opened, or takes its time; nothing is wrong so far."""


class ModelError(MoodboxError):
    """A model file is missing, damaged, or does not fit its card."""


class IsolationError(MoodboxError):
    """This process could not show that it gave up the network."""


class PictureError(MoodboxError):
    """A picture cannot be read; `code` is what `classify --json` tells."""

    def __init__(
        self,
        code: Literal["not_a_picture", "truncated", "too_large", "unreadable"],
        message: str,
    ) -> None:
        super().__init__(message)
        self.code = code


class AudioError(MoodboxError):
    """There is no loudspeaker to play on now."""


class TrackError(MoodboxError):
    """One song cannot be opened or decoded."""


class TrackMissingError(TrackError):
    """The song's file is not there, or not ours to read; the song itself may be well."""


class LibraryError(MoodboxError):
    """The library is in another process's hands, or cannot be opened by this one."""


class LinkError(MoodboxError):
    """The other end of the socket broke the protocol."""


class BrokerError(MoodboxError):
    """A tool cannot speak to the broker; its text is the end of a sentence."""


class UnknownSong(MoodboxError):  # noqa: N818 - the song is at fault, not the program
    """No song of the library is meant, or several are."""


class CalibrationError(MoodboxError):
    """No face at rest could be learned, or it could not be kept."""


class CommandError(MoodboxError):
    """A command was refused; `code` is one of the error codes of the MQTT contract."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
