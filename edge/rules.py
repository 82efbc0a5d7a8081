"""What the configuration asks of the mind; the same for the box and for a film that is replayed."""

from __future__ import annotations

from edge.config import Config
from edge.mind.mood import Temper
from edge.mind.situation import Rules


def rules(config: Config) -> Rules:
    """The part of the configuration that decides."""
    temper = Temper(
        settle_s=config.mood.settle_s,
        dwell_s=config.mood.dwell_s,
        arrive_s=config.presence.arrive_s,
        leave_s=config.presence.leave_s,
    )
    return Rules(
        temper=temper,
        patience_s=config.mood.patience_s,
        override_s=config.mood.override_s,
        crossfade_s=config.dj.crossfade_s,
        absent_pause_s=config.presence.absent_pause_s,
        volume_limit=config.player.volume_limit,
    )
