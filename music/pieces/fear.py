"""Fear: few notes, low drones, seconds and tritones, a heart that is heard."""

from __future__ import annotations

from music.score import Piece, Player, Section

CELLAR_DOOR = Piece(
    mood="fear",
    number=7,
    title="The Cellar Door",
    genre="Soundtrack",
    about="A low cello, shivering strings, single piano notes, and your own heart.",
    seed=401,
    key="D",
    scale="octatonic",
    bpm=66,
    slow_down=1.3,
    lufs=-17,
    reverb_s=2.6,
    harmony={
        "I": "1 1",
        "A": "1c 1c 2c 1c",
        "B": "3c 4c 5c 6c",
        "C": "1o7 2o7 1o7 2o7",
        "E": "5c 1c",
    },
    motifs={
        "drip": "7:1 r:1.5 8:1.5",
        "step": "r:1 4:.5 5:.5 r:2",
        "creak": "9:.5 8:1.5 r:2",
        "peer": "r:2 0:.5 1:.5 3:1",
        "rush": "0:.5 1:.5 2:.5 3:.5 4:.5 5:.5 6:.5 7:.5",
        "freeze": "11:4",
        "dark": "=0:4",
    },
    tune={
        "I": ". drip",
        "A": "drip step creak peer",
        "B": "step creak peer rush",
        "C": "rush creak rush freeze",
        "E": "creak dark",
    },
    form=(
        Section("I", (0.45, 0.5), "drone heart breath shiver piano"),
        Section("A", (0.5, 0.6), "drone heart piano shiver"),
        Section("B", (0.55, 0.85), "drone heart piano shiver pizz"),
        Section("A'", (0.45, 0.55), "drone heart piano bell breath"),
        Section("C", (0.55, 1.0), "drone heart piano shiver pizz tom swell"),
        Section("E", (0.5, 0.4), "drone heart piano bell"),
    ),
    players=(
        Player("piano", "piano", "melody", level=-12, pan=0.3, centre=74, room=0.6, loose=0.02),
        Player("bell", "cold bell", "melody", level=-12, pan=-0.4, centre=74, shift=1, room=0.7),
        Player("shiver", "tremolo strings", "chords", "x-------x-------", level=-15, centre=66,
               room=0.5, loose=0.02),
        Player("pizz", "pizzicato", "arpeggio", "..0.1...2.01....|....2.1.0.....21", level=-8,
               pan=-0.35, centre=57, room=0.5, loose=0.015),
        Player("drone", "cello", "drone", "1 5", level=-18, centre=33, room=0.3),
        Player("heart", "heart", "drum", "X.......x.......", level=-2, room=0.15),
        Player("tom", "low tom", "drum", "x...x...x.x.x.xx", level=-13, room=0.5),
        Player("breath", "scrape", "drum", "........o.......", level=-13, pan=0.6, room=0.8),
        Player("swell", "swell", "drum", "................|................|................|"
               "x---------------", level=-17, room=0.5),
    ),
)  # fmt: skip

SOMETHING_BREATHING = Piece(
    mood="fear",
    number=8,
    title="Something Breathing",
    genre="Dark Ambient",
    about="Detuned pads a half-tone apart, bells without a key, breath going in and out.",
    seed=402,
    key="B",
    scale="locrian",
    bpm=60,
    slow_down=1.2,
    lufs=-17,
    reverb_s=2.7,
    harmony={
        "I": "1 1",
        "A": "1c 2c 1c 5c",
        "B": "4c 5c 2c 1c",
        "E": "2c 1c",
    },
    motifs={
        "toll": "0:2 r:2",
        "wrong": "4:1 4#:3",
        "near": "r:1 7:1 8:2",
        "tick": "r:.5 9:.25 9:.25 r:1 8:.5 r:1.5",
        "nearer": "7:1 8:1 9:1 10:1",
        "dark": "=0:4",
    },
    tune={
        "I": ". toll",
        "A": "toll wrong near tick",
        "B": "near tick wrong nearer",
        "E": "wrong dark",
    },
    form=(
        Section("I", (0.5, 0.55), "sub breath cold bell pulse"),
        Section("A", (0.5, 0.65), "sub breath cold bell pulse"),
        Section("B", (0.6, 0.95), "sub breath cold bell pulse shiver swell tick"),
        Section("A'", (0.5, 0.75), "sub breath cold bell pulse tick"),
        Section("E", (0.55, 0.4), "sub breath cold bell"),
    ),
    players=(
        Player("bell", "cold bell", "melody", level=-14, pan=0.3, centre=71, room=0.7, echo=1.5,
               loose=0.02),
        Player("cold", "cold pad", "chords", "x---------------", level=-19, centre=59, room=0.6),
        Player("shiver", "tremolo strings", "chords", "x---------------", level=-20, centre=78,
               room=0.6),
        Player("sub", "synth bass", "bass", "1---------------|1-------b-------", level=-11,
               centre=35, room=0.2, drive=6),
        Player("pulse", "heart", "drum", "X...........x...|X.......x.......", level=-6,
               room=0.2),
        Player("breath", "swell", "drum", "o-----..........|......o-----....", level=-19,
               pan=-0.5, room=0.6),
        Player("tick", "rim", "drum", "o...o...o...o...|o...o...o.o.o.oo", level=-13, pan=0.6,
               room=0.5),
        Player("swell", "swell", "drum", "................|................|................|"
               "x---------------", level=-18, room=0.5),
    ),
)  # fmt: skip

PIECES = (CELLAR_DOOR, SOMETHING_BREATHING)
