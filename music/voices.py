"""The orchestra: every pitched voice by name."""

from __future__ import annotations

from music.instruments import Plucked, Struck, Timbre, Voice

VOICES: dict[str, Voice] = {
    # struck strings
    "piano": Timbre(
        1.25,
        (5.5, 2.8, 1.1),
        0.003,
        0.14,
        formants=((500, 400, 0.5),),
        detune=(-0.9, 0.9),
        knock=0.05,
    ),
    "felt piano": Timbre(1.9, (4.5, 1.8, 0.6), 0.008, 0.2, detune=(-1.6, 1.4), knock=0.09),
    "electric piano": Timbre(
        2.1,
        (4.0, 1.0, 0.5),
        0.004,
        0.16,
        formants=((2600, 700, 0.8),),
        detune=(-1.5, 1.5),
        tremble=0.25,
        tremble_hz=2.2,
    ),
    # plucked strings
    "guitar": Plucked(0.25, 3.2, 0.45),
    "ukulele": Plucked(0.3, 1.6, 0.3, 0.08),
    "harp": Plucked(0.12, 3.5, 0.6, 0.4),
    "pizzicato": Plucked(0.6, 0.55, 0.6, 0.05),
    "bright pluck": Timbre(1.1, (0.9, 0.5, 0.25), 0.002, 0.08, detune=(-5, 5)),
    # bars and bells
    "glockenspiel": Struck(((1, 1, 1.6), (2.76, 0.5, 0.8), (5.4, 0.25, 0.4)), 0.1),
    "marimba": Struck(((1, 1, 0.7), (3.93, 0.35, 0.2), (9.2, 0.12, 0.08)), 0.12),
    "music box": Struck(((1, 1, 2.2), (2.0, 0.25, 1.2), (6.3, 0.2, 0.4)), 0.05),
    "celesta": Struck(((1, 1, 1.4), (2, 0.3, 0.9), (4, 0.2, 0.5)), 0.06),
    "cold bell": Struck(
        ((0.5, 0.4, 4.0), (1, 1, 3.5), (1.19, 0.5, 3.0), (2.4, 0.4, 2.0), (4.1, 0.2, 1.0))
    ),
    # bowed and blown
    "strings": Timbre(
        1.25,
        attack_s=0.14,
        release_s=0.3,
        detune=(-9, 8, -3, 4),
        vibrato=9,
        formants=((500, 300, 0.6),),
        breath=0.015,
    ),
    "cello": Timbre(
        1.15,
        attack_s=0.09,
        release_s=0.2,
        vibrato=16,
        formants=((280, 120, 1), (700, 300, 0.6)),
        breath=0.02,
    ),
    "tremolo strings": Timbre(
        1.05,
        attack_s=0.1,
        release_s=0.25,
        detune=(-11, 10, 3),
        tremble=0.75,
        tremble_hz=6.5,
        breath=0.03,
    ),
    "flute": Timbre(2.4, attack_s=0.05, release_s=0.1, vibrato=14, breath=0.07),
    "clarinet": Timbre(1.3, attack_s=0.03, release_s=0.08, odd=0.12, vibrato=6, breath=0.015),
    "bassoon": Timbre(
        0.75,
        attack_s=0.018,
        release_s=0.05,
        formants=((480, 130, 2.5), (1150, 220, 1.2)),
        vibrato=10,
        scoop=0.6,
        breath=0.02,
    ),
    "tuba": Timbre(1.5, attack_s=0.03, release_s=0.07, formants=((230, 90, 1.0),), scoop=0.35),
    "brass": Timbre(
        0.95,
        attack_s=0.035,
        release_s=0.09,
        detune=(-4, 5),
        formants=((900, 500, 0.8),),
    ),
    # basses
    "bass": Timbre(1.7, (2.6, 1.0, 0.35), 0.005, 0.09, knock=0.06),
    "synth bass": Timbre(1.0, (1.6, 0.6, 0.28), 0.003, 0.06),
    "saw bass": Timbre(0.8, (0.0, 1.2, 0.5), 0.003, 0.04),
    "sub": Timbre(3.2, attack_s=0.02, release_s=0.1),
    # electronic
    "pad": Timbre(1.7, attack_s=0.55, release_s=0.6, detune=(-8, 7, 3, -4)),
    "glass pad": Timbre(
        1.9,
        attack_s=0.4,
        release_s=0.7,
        odd=0.3,
        detune=(-6, 6),
        formants=((2500, 900, 3),),
    ),
    "cold pad": Timbre(1.35, attack_s=0.9, release_s=0.8, detune=(-23, 19, 6, -11), odd=0.4),
    "saw lead": Timbre(
        0.9,
        attack_s=0.006,
        release_s=0.08,
        detune=(-8, 9, 0),
        vibrato=8,
        scoop=0.2,
    ),
    "square lead": Timbre(1.05, attack_s=0.005, release_s=0.07, odd=0.0, vibrato=7),
    "warped lead": Timbre(
        1.0,
        attack_s=0.02,
        release_s=0.1,
        odd=0.3,
        detune=(-38, 33),
        vibrato=55,
        wobble_hz=3.1,
        scoop=1.6,
    ),
    "distorted guitar": Timbre(0.9, (6.0, 3.0, 1.5), 0.002, 0.05, detune=(-6, 6)),
}
"""All pitched voices by name."""
