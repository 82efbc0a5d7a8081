"""Disgust: limping metres, whole tones, slides into every note, nothing quite in tune."""

from __future__ import annotations

from music.score import Piece, Player, Section

SWAMP_SUPPER = Piece(
    mood="disgust",
    number=9,
    title="Swamp Supper in Five",
    genre="Chamber",
    about="A bassoon that slithers, a tuba that wades, five beats to the bar.",
    seed=501,
    key="Eb",
    scale="whole tone",
    bpm=104,
    beats=5,
    swing=0.57,
    slow_down=1.5,
    reverb_s=1.0,
    harmony={
        "I": "1 1",
        "A": "1 2 1 6 1 2 4o 5o",
        "B": "3 3o 2 2o 1 1o 6 4c",
        "E": "4o 1",
    },
    motifs={
        "ooze": "0:.5 0#:.5 1:.5 1#:.5 2:1 1:.5 0:.5 -1:1",
        "burp": "0:.25 r:.75 3:.25 r:.75 -2:1 r:2",
        "slug": "4:1.5 3#:.5 3:.5 2#:.5 2:2",
        "sniff": "6:.25 6:.25 r:.5 5:.25 5:.25 r:.5 4#:1 4:1 r:1",
        "gulp": "=0:.5 r:.5 6:.5 r:.5 5:1 3:1 1:1",
        "end": "=0:5",
    },
    tune={
        "I": "ooze gulp",
        "A": "ooze burp ooze slug ooze burp sniff gulp",
        "B": "slug sniff slug sniff ooze ooze sniff gulp",
        "E": "gulp end",
    },
    form=(
        Section("I", (0.65, 0.7), "tuba pizz reed"),
        Section("A", (0.72, 0.8), "tuba pizz reed rim"),
        Section("B", (0.65, 0.85), "tuba pizz reed clarinet squelch rim"),
        Section("E", (0.8, 0.75), "all"),
    ),
    players=(
        Player("reed", "bassoon", "melody", level=-9, pan=-0.1, centre=51, room=0.2, loose=0.016),
        Player("clarinet", "clarinet", "melody", level=-19, pan=0.35, centre=63, shift=1,
               room=0.25, loose=0.025),
        Player("pizz", "pizzicato", "chords", "..x...x...x.x...x...", level=-8, pan=0.3,
               centre=58, room=0.25, loose=0.015, strum=0.02),
        Player("tuba", "tuba", "bass", "1-......5-..1-..b-..|1-......3-..1-..l-..", level=-8,
               centre=34, room=0.15, loose=0.012),
        Player("squelch", "scrape", "drum", "......x.......o.x...", level=-11, pan=-0.5),
        Player("rim", "rim", "drum", "x.....o.x...x.o.....", level=-8, pan=0.5),
    ),
)  # fmt: skip

CURDLED_MILK = Piece(
    mood="disgust",
    number=10,
    title="Curdled Milk",
    genre="Experimental Electronic",
    about="Seven eighths of sour synthesisers, each with its own idea of the pitch.",
    seed=502,
    key="F#",
    scale="locrian",
    bpm=104,
    beats=3.5,
    slow_down=1.6,
    reverb_s=1.2,
    harmony={
        "I": "1 1 1 1",
        "A": "1 2 1 5c 1 2 4m 5c",
        "B": "3m 2 6c 5c 3m 2 7c 1c",
        "E": "2 5c 2c 1",
    },
    motifs={
        "curd": "0:.5 1:.5 0:.5 1#:.5 1:.5 0:1",
        "whey": "4:1 4b:.5 3:1 2#:1",
        "lump": "0:.25 r:.25 0:.25 r:.25 5:1 4:.5 3:1",
        "sour": "7:1.5 7b:1 6:1",
        "drip": "=4:.5 3#:.5 3:.5 1:.5 0:1.5",
        "end": "=0:3.5",
    },
    tune={
        "I": "curd whey lump drip",
        "A": "curd whey curd lump curd whey lump drip",
        "B": "sour lump sour whey sour lump whey drip",
        "E": "curd whey drip end",
    },
    form=(
        Section("I", (0.6, 0.7), "bass clock skin warp"),
        Section("A", (0.72, 0.78), "bass clock skin warp snap"),
        Section("B", (0.68, 0.86), "bass clock skin warp squelch film"),
        Section("A'", (0.78, 0.85), "all"),
        Section("E", (0.82, 0.75), "all"),
    ),
    players=(
        Player("warp", "warped lead", "melody", level=-13, pan=0.1, centre=54, room=0.2,
               loose=0.012),
        Player("film", "cold pad", "chords", "x-------------", level=-20, centre=61, room=0.5),
        Player("bass", "synth bass", "bass", "1.1.b.1...t.1.|1.1.b.1...5.l.", level=-10,
               centre=35, drive=9, room=0.05),
        Player("clock", "clarinet", "arpeggio", "0...2...1..2..|0...2...1.2.1.", level=-16,
               pan=-0.35, centre=63, room=0.2),
        Player("skin", "soft kick", "drum", "X...x...X..x..", level=-5, room=0.05),
        Player("snap", "snare", "drum", "....x.......o.", level=-8, pan=0.25),
        Player("squelch", "scrape", "drum", "..x.....x...o.", level=-10, pan=-0.5, room=0.3),
    ),
)  # fmt: skip

PIECES = (SWAMP_SUPPER, CURDLED_MILK)
