"""What the configuration asks of the mind; the same for the box and for a film that is replayed."""

from __future__ import annotations

from collections.abc import Mapping

from edge.config import Config, DjConfig, PlayerConfig
from edge.eye.model_card import Card
from edge.messages import Mood
from edge.mind.attendance import Patience
from edge.mind.emission import at_rest, emission
from edge.mind.house import House
from edge.mind.mood import Temper
from edge.mind.quiet import QuietHours, minutes
from edge.mind.situation import BLIND_S, Rules

_MISSED = 2.5
"""An eye that looks seldom is blind only once it has missed so many looks."""


def rules(config: Config, card: Card | None, rest: Mapping[Mood, float] | None = None) -> Rules:
    """The part of the configuration that decides; the card tells how the model reads faces.

    `rest` is how the listener's own face reads when it shows nothing, where that is known.
    """
    mood, presence = config.mood, config.presence
    pause_s = 1 / config.eye.idle_rate
    return Rules(
        name=config.box.name,
        history_days=config.box.history_days,
        temper=Temper(
            hold_s=mood.hold_s,
            face_s=mood.face_s,
            sure=mood.sure,
            dwell_s=mood.dwell_s,
            whose=mood.whose,
        ),
        patience=Patience(arrive_s=presence.arrive_s, leave_s=presence.leave_s),
        reader=at_rest(emission(card.confusion.counts if card else ()), rest),
        patience_s=config.mood.patience_s,
        override_s=config.mood.override_s,
        crossfade_s=config.dj.crossfade_s,
        blind_s=max(BLIND_S, _MISSED * pause_s),
        absent_pause_s=presence.absent_pause_s,
        fade_s=presence.fade_s,
        on_arrival=presence.on_arrival,
        fresh_s=presence.fresh_s,
        volume_limit=config.player.volume_limit,
        quiet_hours=_quiet_hours(config.player),
        house=house(config.dj),
        drift=config.dj.drift,
        rest_s=config.dj.rest_s,
        albums=config.dj.albums,
    )


def house(dj: DjConfig) -> House:
    """Which songs are never heard here."""
    excluded = frozenset(genre.casefold().strip() for genre in dj.exclude if genre.strip())
    return House(exclude=excluded, festive=dj.christmas, explicit=dj.explicit)


def _quiet_hours(player: PlayerConfig) -> QuietHours:
    first, end = player.quiet_from, player.quiet_to
    return QuietHours(
        first=minutes(first) if first else None,
        end=minutes(end) if end else None,
        volume=player.quiet_volume,
    )
