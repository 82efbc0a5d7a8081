"""The fourteen pieces as they are written: whole, in key, and fitting their mood."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from edge.messages import MOODS
from music.arrange import arrange, bars, length_s
from music.drums import DRUMS
from music.pieces import PIECES
from music.score import Piece, read_motif, read_pattern
from music.theory import SCALES, tonic
from music.voices import VOICES

every_piece = pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.slug)


def test_there_are_two_for_each_mood_with_titles_of_their_own() -> None:
    assert Counter(piece.mood for piece in PIECES) == dict.fromkeys(MOODS, 2)
    assert len({piece.title for piece in PIECES}) == len({piece.seed for piece in PIECES}) == 14
    assert [piece.number for piece in PIECES] == list(range(1, 15))


def test_file_names_are_plain() -> None:
    assert PIECES[0].slug == "01-lemonade-steps"
    for piece in PIECES:
        assert piece.slug.replace("-", "").isalnum()
        assert piece.slug.isascii()


@every_piece
def test_it_is_neither_short_nor_long(piece: Piece) -> None:
    assert 45 <= length_s(piece) <= 86


@every_piece
def test_every_motif_fills_its_bar(piece: Piece) -> None:
    for name, motif in piece.motifs.items():
        assert sum(tone.beats for tone in read_motif(motif)) == piece.beats, name


@every_piece
def test_every_bar_of_a_tune_has_its_motif(piece: Piece) -> None:
    for key, tune in piece.tune.items():
        names = tune.split()
        assert len(names) == len(piece.harmony[key].split()), key
        assert set(names) - {"."} <= set(piece.motifs), key
    used = {name for tune in piece.tune.values() for name in tune.split()}
    assert used >= set(piece.motifs), "a motif that nobody plays"


@every_piece
def test_every_player_can_play_and_does(piece: Piece) -> None:
    heard = {note.player for note in arrange(piece)}
    for index, player in enumerate(piece.players):
        assert player.voice in (DRUMS if player.role == "drum" else VOICES)
        assert index in heard, player.name
        for bar in range(4 if player.role not in {"melody", "drone"} else 0):
            read_pattern(player.pattern, bar, piece.steps)
    for section in piece.form:
        assert piece.cast(section)


def test_an_unknown_player_is_named() -> None:
    piece = PIECES[0]
    section = type(piece.form[0])("A", (0.5, 0.5), "bass trombone")
    with pytest.raises(ValueError, match="trombone"):
        piece.cast(section)


@every_piece
def test_tunes_stay_in_their_scale_but_for_the_accidentals_written(piece: Piece) -> None:
    scale = {(tonic(piece.key) + step) % 12 for step in SCALES[piece.scale]}
    leads = {i for i, player in enumerate(piece.players) if player.role == "melody"}
    notes = [note for note in arrange(piece) if note.player in leads]
    altered = sum(
        tone.sharp != 0 for name in piece.motifs for tone in read_motif(piece.motifs[name])
    )
    outside = sum(note.pitch % 12 not in scale for note in notes)
    assert outside == 0 if not altered else outside < len(notes) / 2
    assert all(40 <= note.pitch <= 108 for note in notes)


@every_piece
def test_it_ends_at_home(piece: Piece) -> None:
    last = bars(piece)[-1]
    assert last.chords[0].degree == 0
    leads = {i for i, player in enumerate(piece.players) if player.role == "melody"}
    closing = [n for n in arrange(piece) if n.player in leads and n.start_s > last.start_s - 0.05]
    pitches = {(note.pitch - tonic(piece.key)) % 12 for note in closing}
    assert 0 in pitches


@every_piece
def test_chords_are_led_smoothly(piece: Piece) -> None:
    for index, player in enumerate(piece.players):
        if player.role != "chords" or piece.scale in {"octatonic", "whole tone"}:
            continue
        tops: dict[float, int] = {}
        for note in arrange(piece):
            if note.player == index:
                at = round(note.start_s, 1)
                tops[at] = max(tops.get(at, 0), note.pitch)
        leaps = [abs(b - a) for (_, a), (_, b) in pairwise(sorted(tops.items()))]
        assert sum(leaps) / len(leaps) < 4, player.name


@every_piece
def test_it_is_arranged_the_same_way_every_time(piece: Piece) -> None:
    assert arrange(piece) == arrange(piece)


def test_the_tempo_and_the_scale_fit_the_mood() -> None:
    tempo = {mood: [p.bpm for p in PIECES if p.mood == mood] for mood in MOODS}
    scale = {mood: {p.scale for p in PIECES if p.mood == mood} for mood in MOODS}
    assert all(120 <= bpm <= 140 for bpm in tempo["happy"])
    assert scale["happy"] == {"major"}
    assert all(60 <= bpm <= 70 for bpm in tempo["sad"])
    assert scale["sad"] == {"minor"}
    assert min(tempo["angry"]) > max(tempo["happy"])
    assert all(84 <= bpm <= 96 for bpm in tempo["neutral"])
