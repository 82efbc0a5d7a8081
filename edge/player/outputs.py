"""Which loudspeakers this machine has, for a person who chooses one; none of them is opened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from edge.messages import Value
from edge.player.drivers import pactl, pulse_answers

_ASK_S = 3.0
_CARDS = Path("/proc/asound")
_IEC958 = "vc4-hdmi"
"""The Raspberry Pi's HDMI takes framed samples only: ALSA's `sysdefault` frames them."""


class Output(Value, frozen=True):
    """One loudspeaker and how to choose it."""

    driver: str
    """What to write in [player] driver."""
    device: str
    """What to write in [player] device."""
    name: str
    default: bool = False
    """Whether the driver takes it where no device is named."""


def list_outputs(env: Mapping[str, str], cards: Path = _CARDS) -> tuple[Output, ...]:
    """The sinks of PulseAudio or PipeWire where one answers, then the cards of ALSA."""
    return (*_pulse(env), *_alsa(cards))


def _pulse(env: Mapping[str, str]) -> list[Output]:
    if not pulse_answers(env):
        return []
    listed = pactl(env, "list", "sinks", within_s=_ASK_S)
    usual = pactl(env, "get-default-sink", within_s=_ASK_S).strip()
    if not listed:
        # It answers, but its own tool is not installed to ask for the names.
        return [Output(driver="pulseaudio", device="", name="its default sink", default=True)]
    return [
        Output(driver="pulseaudio", device=sink, name=title.strip(), default=sink == usual)
        for sink, title in re.findall(r"^\s*Name: (\S+)\n\s*Description: (.*)$", listed, re.M)
    ]


def _alsa(cards: Path) -> list[Output]:
    found: list[Output] = []
    for number, card, title in _named(cards):
        streams = sorted((cards / f"card{number}").glob("pcm*p"))
        for stream in streams:
            device = int(stream.name[len("pcm") : -1])
            place = f"plughw:CARD={card},DEV={device}"
            if _IEC958 in title:
                place = f"sysdefault:CARD={card}"
            found.append(Output(driver="alsa", device=place, name=title, default=not found))
    return found


def _named(cards: Path) -> list[tuple[int, str, str]]:
    """Number, name and title of each card, from lines such as ` 0 [Headphones ]: bcm2835 - …`."""
    try:
        text = (cards / "cards").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    lines = re.findall(r"^\s*(\d+) \[(\S+)\s*\]: (.*)$", text, re.M)
    return [(int(number), card, title.strip()) for number, card, title in lines]
