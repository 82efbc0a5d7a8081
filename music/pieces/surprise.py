"""Surprise: lydian light, wide leaps, sudden stops, a whisper before every bang."""

from __future__ import annotations

from music.score import Piece, Player, Section

JACK_IN_THE_BOX = Piece(
    mood="surprise",
    number=11,
    title="Jack-in-the-Box",
    genre="Orchestral",
    about="A celesta winds itself up; then the lid flies open. It does so again.",
    seed=601,
    key="G",
    scale="lydian",
    bpm=120,
    slow_down=1.2,
    reverb_s=1.8,
    harmony={
        "I": "1 2 1 2",
        "A": "1 2 1 2 3 2 5 .",
        "B": "1 2 6 2 1 2 3M .",
        "C": "1 2M 3 2M",
        "E": "2 5 . 1",
    },
    motifs={
        "wind": "0:.5 4:.5 2:.5 4:.5 0:.5 4:.5 2:.5 4:.5",
        "creep": "0:.5 r:.5 1:.5 r:.5 3:.5 r:1.5",
        "leap": "0:.5 9:.5 r:.5 4:.5 11:1 r:1",
        "tumble": "11:.25 10:.25 9:.25 8:.25 7:.25 6:.25 4:.25 3:.25 2:1 r:1",
        "oh": "=7:.5 r:1.5 14:1 r:1",
        "hop": "4:.5 r:.5 -3:.5 r:.5 7:.5 r:.5 0:1",
        "end": "=0:.5 7:.5 14:3",
    },
    tune={
        "I": ". wind wind creep",
        "A": "wind creep wind leap creep wind tumble .",
        "B": "leap tumble hop leap leap tumble oh .",
        "C": "leap tumble leap hop",
        "E": "wind oh . end",
    },
    form=(
        Section("I", (0.4, 0.45), "box pizz"),
        Section("A", (0.45, 0.5), "box pizz tick"),
        Section("B", (0.95, 1.0), "box flute brass strings bass harp crash tambourine tom"),
        Section("A'", (0.42, 0.6), "box pizz tick harp flute"),
        Section("C", (0.9, 1.0), "all"),
        Section("E", (0.5, 1.0), "all"),
    ),
    players=(
        Player("box", "celesta", "melody", level=-12, pan=0.1, centre=79, room=0.4),
        Player("flute", "flute", "melody", level=-14, pan=-0.3, centre=79, room=0.35),
        Player("pizz", "pizzicato", "arpeggio", "0...2...1...2...|0...2...1.2.3...", level=-10,
               pan=-0.2, centre=60, room=0.35),
        Player("brass", "brass", "chords", "X-....x-X-......|X---..x-..X-....", level=-12,
               pan=0.25, centre=62, room=0.35),
        Player("strings", "strings", "chords", "x---------------", level=-17, centre=67, room=0.5),
        Player("bass", "tuba", "bass", "1-..5-..1-..5-..", level=-11, centre=36, room=0.2),
        Player("harp", "harp", "run", "................|........^-------|................|"
               "v-------........", level=-13, pan=0.45, centre=67, room=0.5),
        Player("crash", "crash", "drum", "X...............|................|................|"
               "........x.......", level=-15, pan=-0.4),
        Player("tambourine", "tambourine", "drum", "..x...x...x.x.x.", level=-20, pan=0.5),
        Player("tom", "low tom", "drum", "X.......x.......|X.....x.x.x.....", level=-12, room=0.4),
        Player("tick", "rim", "drum", "o...o...", level=-25, pan=-0.5),
    ),
)  # fmt: skip

TRAPDOOR_CONFETTI = Piece(
    mood="surprise",
    number=12,
    title="Trapdoor Confetti",
    genre="Electronica",
    about="Square waves that jump two octaves, holes in the floor, paper from above.",
    seed=602,
    key="Bb",
    scale="lydian",
    bpm=128,
    slow_down=1.3,
    reverb_s=1.5,
    harmony={
        "I": "1s2 2 1s2 .",
        "A": "1 2 3 2 1 2 5 .",
        "B": "6 2M 1 5 6 2M 3M .",
        "C": "2 2 2 .",
        "E": "2 5 2/5 1",
    },
    motifs={
        "jump": "0:.5 7:.5 r:.25 11:.75 4:.5 r:.5 14:1",
        "blip": "14:.25 r:.25 7:.25 r:.25 11:.5 r:.5 9:.25 8:.25 7:.5 r:1",
        "fall": "14:.25 12:.25 11:.25 9:.25 7:.25 5:.25 4:.25 2:.25 0:2",
        "what": "r:1 0:.5 r:.5 10:1.5 r:.5",
        "dance": "0:.75 4:.75 7:.5 4:.75 9:.75 7:.5",
        "end": "=0:.5 7:.5 11:.5 14:2.5",
    },
    tune={
        "I": "what . what .",
        "A": "jump blip jump fall jump blip what .",
        "B": "dance jump dance blip dance jump fall .",
        "C": "blip what blip .",
        "E": "jump fall blip end",
    },
    form=(
        Section("I", (0.45, 0.5), "lead glass drip"),
        Section("A", (0.82, 0.88), "lead glass bass kick hat clap drip"),
        Section("C", (0.35, 0.45), "lead glass drip rise"),
        Section("B", (0.95, 1.0), "all"),
        Section("A'", (0.85, 0.95), "all"),
        Section("E", (0.6, 1.0), "all"),
    ),
    players=(
        Player("lead", "square lead", "melody", level=-15, pan=-0.1, centre=70, echo=0.75,
               room=0.3, loose=0.002),
        Player("drip", "bright pluck", "arpeggio", "0..5..2..7..1.6.|4..1..8..2..6.3.", level=-14,
               pan=0.4, centre=65, echo=0.75, loose=0.003),
        Player("glass", "glass pad", "chords", "x---------------", level=-20, centre=65, room=0.6),
        Player("stab", "saw lead", "chords", "X.....x...X.....|......X.....x...", level=-19,
               pan=-0.35, centre=65, room=0.3),
        Player("run", "harp", "run", "................|............^---", level=-12, pan=0.3,
               centre=70, room=0.5),
        Player("bass", "synth bass", "bass", "1..8..1..5.8....|1..8..1..8.1.3.5", level=-9,
               centre=38, room=0.04, loose=0.001),
        Player("kick", "kick", "drum", "X..x..x.X..x....|X..x..x.X.......", level=-9, room=0.03),
        Player("clap", "clap", "drum", "....X.......X...|....X..x......X.", level=-14, room=0.3),
        Player("hat", "hat", "drum", "x.o.x.oox.o.xooo", level=-22, pan=0.3),
        Player("rise", "swell", "drum", "................|................|x---------------|"
               "................", level=-16, room=0.4),
    ),
)  # fmt: skip

PIECES = (JACK_IN_THE_BOX, TRAPDOOR_CONFETTI)
