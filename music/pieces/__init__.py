"""The fourteen pieces, one file a mood."""

from __future__ import annotations

from music.pieces import angry, disgust, fear, happy, neutral, sad, surprise
from music.score import Piece

PIECES: tuple[Piece, ...] = tuple(
    piece for mood in (happy, sad, angry, fear, disgust, surprise, neutral) for piece in mood.PIECES
)
"""All pieces in the order of their track numbers."""
