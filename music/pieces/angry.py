"""Angry: fast, low, distorted, the flat second leaning on the tonic."""

from __future__ import annotations

from music.score import Piece, Player, Section

IRON_TEETH = Piece(
    mood="angry",
    number=5,
    title="Iron Teeth",
    genre="Metal",
    about="Two distorted guitars in power chords, a bass as rough, and both feet on the drum.",
    seed=301,
    key="E",
    scale="phrygian",
    bpm=168,
    slow_down=1.6,
    lufs=-14.5,
    reverb_s=0.9,
    harmony={
        "I": "1p 1p 1p 2p",
        "A": "1p 1p 2p 1p 1p 1p 3p 2p",
        "B": "6p 7p 1p 1p 6p 7p 2p 2p",
        "E": "1p 2p 1p/2p 1p",
    },
    motifs={
        "bite": "0:.5 0:.5 1:.5 0:1 r:1.5",
        "snarl": "7:.5 8:.5 7:.5 4:.5 5:.5 4:.5 1:1",
        "claw": "4:.5 5:.5 4:.5 2:.5 1:.5 2:.5 1:.5 0:.5",
        "scream": "7:1.5 8:1.5 7:1",
        "stamp": "0:.5 r:.5 0:.5 r:.5 1:1 0:1",
        "end": "=0:4",
    },
    tune={
        "I": ". . . claw",
        "A": "bite snarl bite claw bite snarl stamp claw",
        "B": "scream claw snarl snarl scream claw stamp claw",
        "E": "snarl stamp claw end",
    },
    form=(
        Section("I", (0.8, 0.9), "left right bass kick snare crash"),
        Section("A", (0.9, 0.92), "left right bass kick snare hat crash"),
        Section("A'", (0.92, 0.96), "left right bass kick snare hat crash lead"),
        Section("B", (0.86, 1.0), "left right bass double snare hat crash lead"),
        Section("A'", (0.96, 1.0), "left right bass double snare hat crash lead"),
        Section("E", (1.0, 1.0), "all"),
    ),
    players=(
        Player("left", "distorted guitar", "chords", "X.xxX.xxX.xxX.X-|X.xxX.xxX-.X-.X-",
               level=-16, pan=-0.8, centre=47, drive=26, room=0.08, loose=0.005),
        Player("right", "distorted guitar", "chords", "X.xxX.xxX.xxX.X-|X.xxX.xxX-.X-.X-",
               level=-16, pan=0.8, centre=47, drive=26, room=0.08, loose=0.007),
        Player("lead", "distorted guitar", "melody", level=-17, pan=0.1, centre=64, drive=22,
               room=0.25, echo=0.75),
        Player("bass", "saw bass", "bass", "1.111.111.111.1-|1.111.111-.1-.b-", level=-9,
               centre=31, drive=12, room=0.02),
        Player("kick", "hard kick", "drum", "X...x.x.X...x...", level=-2, room=0.04, loose=0.003),
        Player("double", "hard kick", "drum", "X.x.X.x.X.x.Xxxx", level=-4, room=0.04,
               loose=0.003),
        Player("snare", "hard snare", "drum", "....X.......X...|....X.......X.xx", level=-2,
               pan=0.1, room=0.15, loose=0.003),
        Player("hat", "open hat", "drum", "X...x...", level=-12, pan=-0.3),
        Player("crash", "crash", "drum", "X...............|................|................|"
               "................", level=-10, pan=0.35),
    ),
)  # fmt: skip

SHORT_FUSE = Piece(
    mood="angry",
    number=6,
    title="Short Fuse",
    genre="Industrial",
    about="A machine that has had enough: sixteenths of saw, iron drums, stabs of brass.",
    seed=302,
    key="C",
    scale="minor",
    bpm=150,
    slow_down=1.5,
    lufs=-14.5,
    reverb_s=0.8,
    harmony={
        "I": "1p 1p 1p 1p",
        "A": "1p 1p 6p 5M 1p 1p 4m 2o",
        "B": "4p 4p 5M 5M 6p 6p 2o 5M7",
        "E": "1p 6p 2o/5M 1p",
    },
    motifs={
        "jab": "0:.25 0:.25 r:.5 0:.5 2:.5 r:.5 1:.5 0:1",
        "grind": "4:.5 4b:.5 4:.5 4b:.5 2:1 0:1",
        "siren": "7:1 5:1 7:1 5:1",
        "kicked": "0:.5 r:.5 4:.5 r:.5 4b:.5 3:.5 2:.5 0:.5",
        "end": "=0:4",
    },
    tune={
        "I": ". . . jab",
        "A": "jab grind jab kicked jab grind jab kicked",
        "B": "siren grind siren kicked siren grind siren siren",
        "E": "jab grind kicked end",
    },
    form=(
        Section("I", (0.7, 0.9), "bass kick scrape rise"),
        Section("A", (0.9, 0.92), "bass kick snare hat scrape lead"),
        Section("A'", (0.92, 0.96), "all"),
        Section("B", (0.85, 1.0), "bass tom snare hat brass lead rise"),
        Section("A'", (0.98, 1.0), "all"),
        Section("E", (1.0, 1.0), "all"),
    ),
    players=(
        Player("lead", "saw lead", "melody", level=-16, pan=0.15, centre=60, drive=14, room=0.15,
               loose=0.002),
        Player("brass", "brass", "chords", "X-....x-....X-..|X-..X-..x-x-X---", level=-17,
               pan=-0.2, centre=58, drive=8, room=0.25, loose=0.004),
        Player("bass", "saw bass", "bass", "1811181b11181811|181118t111181b8b", level=-14,
               centre=33, drive=16, room=0.02, loose=0.001),
        Player("kick", "hard kick", "drum", "X...X...X...X..x", level=-4, room=0.03, loose=0.001),
        Player("snare", "hard snare", "drum", "....X.......X..o|....X..o....X.xx", level=-3,
               room=0.2, loose=0.002),
        Player("tom", "low tom", "drum", "X..x..x.X..x..xx", level=-10, pan=-0.3, room=0.2),
        Player("hat", "hat", "drum", "x.xxx.xx", level=-10, pan=0.35, loose=0.002),
        Player("scrape", "scrape", "drum", "..X.....|......X.|..X...x.", level=-16, pan=-0.5,
               drive=8, room=0.2),
        Player("rise", "swell", "drum", "................|................|................|"
               "x---------------", level=-14, room=0.3),
    ),
)  # fmt: skip

PIECES = (IRON_TEETH, SHORT_FUSE)
