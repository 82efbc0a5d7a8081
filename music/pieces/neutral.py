"""Neutral: an even pace, soft colours, no question asked and none answered."""

from __future__ import annotations

from music.score import Piece, Player, Section

WINDOW_SEAT = Piece(
    mood="neutral",
    number=13,
    title="Window Seat",
    genre="Acoustic",
    about="A guitar that picks its way along, a clarinet that looks out.",
    seed=701,
    key="G",
    scale="mixolydian",
    bpm=90,
    slow_down=1.5,
    reverb_s=1.6,
    harmony={
        "I": "1 1",
        "A": "1 7 4 1 1 7 4s2 1",
        "B": "5 4 7 1 6 4 7 1s4",
        "E": "7 1",
    },
    motifs={
        "look": "2:1.5 1:.5 0:1 r:1",
        "past": "4:1 2:1 1:.5 2:1.5",
        "even": "0:1 1:1 2:1 1:1",
        "home": "=2:1 1:1 0:2",
        "over": "4:1.5 5:.5 4:2",
        "back": "2:1 4:1 2:1 0:1",
        "rest": "=0:4",
    },
    tune={
        "I": "look .",
        "A": "look past look even look past even home",
        "B": "over back over back over back even look",
        "E": "home rest",
    },
    form=(
        Section("I", (0.58, 0.6), "guitar reed"),
        Section("A", (0.62, 0.66), "guitar bass reed"),
        Section("B", (0.62, 0.68), "guitar bass brush keys shaker"),
        Section("A'", (0.66, 0.64), "guitar bass brush reed keys shaker"),
        Section("E", (0.6, 0.55), "guitar bass reed keys"),
    ),
    players=(
        Player("reed", "clarinet", "melody", level=-19, pan=0.2, centre=67, room=0.35,
               loose=0.012),
        Player("keys", "electric piano", "melody", level=-14, pan=-0.25, centre=67, shift=2,
               room=0.35, loose=0.012),
        Player("guitar", "guitar", "arpeggio", "0-1-2-1-3-2-1-2-|0-2-1-2-3-1-2-1-", level=-8,
               pan=-0.1, centre=59, loose=0.009),
        Player("bass", "bass", "bass", "1-----..5---....|1-----..5---..1-", level=-11, centre=38,
               room=0.05),
        Player("brush", "brush", "drum", "....x.......x...", level=-13, pan=0.2),
        Player("shaker", "shaker", "drum", "o...x...", level=-15, pan=-0.4),
    ),
)  # fmt: skip

SLOW_TRAM = Piece(
    mood="neutral",
    number=14,
    title="Slow Tram",
    genre="Lo-Fi",
    about="Electric piano, a lazy beat, the same street as every day.",
    seed=702,
    key="F",
    scale="mixolydian",
    bpm=84,
    swing=0.58,
    slow_down=1.4,
    reverb_s=1.3,
    harmony={
        "I": "17 47",
        "A": "17 47 17 5m 17 47 2m 17",
        "B": "47 17 47 17 2m 5m 47 7",
        "E": "47 17",
    },
    motifs={
        "tram": "=2:.5 4:.5 5:1 r:.5 4:.5 2:1",
        "stop": "=1:.5 2:.5 1:.5 0:1.5 r:1",
        "street": "=4:1 5:.5 7:.5 5:1 4:1",
        "bell": "=7:.5 r:.5 5:.5 4:.5 2:2",
        "home": "=2:.5 1:.5 0:3",
        "rest": "=0:4",
    },
    tune={
        "I": "tram .",
        "A": "tram stop tram bell tram stop street home",
        "B": "street bell street bell tram stop street bell",
        "E": "home rest",
    },
    form=(
        Section("I", (0.58, 0.6), "keys hat tune"),
        Section("A", (0.64, 0.66), "keys bass kick snare hat tune"),
        Section("B", (0.62, 0.68), "keys bass kick snare hat mallet pad"),
        Section("A'", (0.66, 0.64), "keys bass kick snare hat tune mallet pad"),
        Section("E", (0.6, 0.55), "keys bass tune pad"),
    ),
    players=(
        Player("tune", "electric piano", "melody", level=-12, pan=0.15, centre=77, room=0.35,
               loose=0.014, echo=0.75),
        Player("mallet", "marimba", "melody", level=-11, pan=-0.35, centre=65, room=0.35,
               loose=0.014),
        Player("keys", "electric piano", "chords", "x-----x---......|x-----....x---..",
               level=-15, pan=-0.1, centre=60, strum=0.012, loose=0.012),
        Player("pad", "pad", "chords", "x---------------", level=-25, centre=60, room=0.5),
        Player("bass", "bass", "bass", "1----.1-....5---|1----.1-..5-1---", level=-10, centre=36,
               room=0.04),
        Player("kick", "soft kick", "drum", "X......xX.......", level=-9, room=0.04),
        Player("snare", "rim", "drum", "....x.......x...|....x.......x..o", level=-12, room=0.25),
        Player("hat", "hat", "drum", "o.x.", level=-13, pan=0.3),
    ),
)  # fmt: skip

PIECES = (WINDOW_SEAT, SLOW_TRAM)
