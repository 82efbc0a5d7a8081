"""The codes of errors, each with what is wrong then; checked in this order."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "too_large": "The request has more than 65,536 bytes.",
        "unknown_command": "There is no such command.",
        "bad_json": "It is not UTF-8 or no JSON, repeats a key, or nests deeper than 32 levels.",
        "bad_payload": "It is no object; a key is unknown, missing or in conflict with another; "
        "a value is of another type, or not in its list.",
        "unknown_setting": "There is no such setting.",
        "out_of_range": "A number is too small or too large, or a list too long.",
        "not_found": "No song is meant, or there is none.",
        "busy": "More than 50 requests are on their way, or a scan is running already.",
        "camera_unavailable": "The camera cannot be opened.",
        "audio_unavailable": "There is no loudspeaker to play on.",
        "internal": "The box failed at it; its log says why.",
    }
)
