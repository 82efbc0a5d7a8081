"""`moodbox-train data` counts rightly, finds copies, and draws what it holds."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="pillow is not installed: the trainer is not set up here")
pytest.importorskip("matplotlib", reason="matplotlib is not installed: the trainer is not set up")

import matplotlib as mpl
from PIL import Image

from edge.messages import MOODS
from tests.unit import tiny_layouts as layouts
from tests.unit.tiny_fer2013 import drawn, make
from trainer.copies import count_copies
from trainer.data import load
from trainer.data_pictures import chosen, draw
from trainer.data_report import DataReport, describe
from trainer.data_table import data_table
from trainer.faces import VOTE_COLUMNS, Broken, Dataset, Faces, Reading, Split

ROOT = Path(__file__).resolve().parents[2]


def faces_of(*shown: tuple[int, int], votes: dict[int, dict[str, int]] | None = None) -> Faces:
    """Faces as (which picture, label); picture 0 is blank."""
    dice = np.random.default_rng(2)
    every = dice.integers(0, 255, (10, 48, 48), dtype=np.uint8)
    every[0] = 77
    table = np.zeros((len(shown), len(VOTE_COLUMNS)), dtype=np.int64)
    for row, cast in (votes or {}).items():
        for column, count in cast.items():
            table[row, VOTE_COLUMNS.index(column)] = count
    return Faces(
        pixels=every[[picture for picture, _ in shown]],
        labels=np.array([label for _, label in shown], dtype=np.int64),
        votes=table,
        rows=np.arange(len(shown)),
    )


def dataset(training: Faces, public: Faces, reading: Reading | None = None) -> Dataset:
    splits: dict[Split, Faces] = {"Training": training, "PublicTest": public}
    return Dataset(splits, "0" * 64, reading or Reading(taken="a drawing"))


SPOILT = dataset(
    faces_of(
        *[(1, 0), (1, 0), (1, 3), (2, 4), (3, 5), (3, 5), (4, 6)],
        votes={0: {"anger": 6, "NF": 4}, 1: {"fear": 9, "NF": 1}, 2: {"NF": 7}, 3: {"sadness": 5}},
    ),
    faces_of((1, 0), (2, 2), (0, 1), (9, 6)),
)


def test_copies_are_counted_within_and_across() -> None:
    found = count_copies(SPOILT)
    assert (found.pictures, found.faces, found.under_other_labels) == (3, 8, 2)
    training = found.within["Training"]
    assert (training.pictures, training.spare, training.under_other_labels) == (2, 3, 1)
    assert found.within["PublicTest"].pictures == 0
    (pair,) = found.across
    assert (pair.first, pair.second) == ("Training", "PublicTest")
    assert (pair.pictures, pair.faces_of_first, pair.under_other_labels) == (2, 4, 2)


def test_votes_and_blank_pictures_are_counted() -> None:
    about = describe(SPOILT)
    training, public = about.splits
    assert (training.with_votes, training.clear_majority, training.not_a_face) == (4, 3, 1)
    assert training.by_majority == dict.fromkeys(MOODS, 0) | {"angry": 1, "fear": 1, "sad": 1}
    assert training.label_is_majority == pytest.approx(2 / 3)
    assert (training.blank, public.blank) == (0, 1)
    assert training.imbalance is None, "a mood has no face"
    assert public.label_is_majority is None
    assert about.copies_of_public_test == 4


def test_imbalance_is_the_commonest_over_the_rarest(tmp_path: Path) -> None:
    rare = [face for face in drawn(per_mood=4, public=0) if face.label != 1 or face.row < 7]
    about = describe(load(layouts.fer2013_csv(rare, tmp_path / "fer2013.csv"), cache=tmp_path))
    assert about.splits[0].imbalance == 4.0
    assert about.copies.pictures == 0


def test_the_text_says_all_and_fits_the_terminal() -> None:
    broken = tuple(Broken(f"train/sad/{n}.png", "it is no picture") for n in range(14))
    reading = Reading("a drawing", ("b.zip left aside",), broken, resized=3, coloured=2)
    text = data_table(describe(dataset(*SPOILT.splits.values(), reading)))
    for told in (
        "read: a drawing",
        "note: b.zip left aside",
        "3 pictures stand more than once (8 faces), 2 of them under different labels:",
        "within Training: 2 pictures, 3 spare faces; 1 under different labels",
        "Training and PublicTest share 2 pictures (4 faces of Training)",
        "3 pictures of another size were made 48 × 48",
        "2 coloured pictures were made grey",
        "14 unreadable, left out:",
        "train/sad/9.png: it is no picture",
        "and 4 more; --json names them all",
    ):
        assert told in text
    assert "train/sad/10.png" not in text
    assert max(map(len, text.splitlines())) < 96
    assert "no picture stands twice" in data_table(
        describe(dataset(faces_of((1, 0)), faces_of((2, 0))))
    )


def test_the_bars_in_the_text_are_as_long_as_their_shares() -> None:
    shown = [(1, 3)] * 8 + [(2, 4)] * 4 + [(3, 5)]
    rows = data_table(describe(dataset(faces_of(*shown), faces_of((1, 0))))).splitlines()
    bars = {row.split()[0]: row for row in rows if row and row.split()[0] in MOODS}
    assert [bars[mood].count("█") for mood in ("happy", "sad", "surprise")] == [12, 6, 1]


def test_sheet_and_bars_are_drawn(tmp_path: Path) -> None:
    data = load(make(tmp_path / "set", per_mood=12), cache=tmp_path / "cache")
    sheet, bars = draw(data, tmp_path / "deep" / "pictures")
    for path in (sheet, bars):
        with Image.open(path) as picture:
            assert picture.format == "PNG"
            assert min(picture.size) > 400
            grey = np.asarray(picture.convert("L"))
            assert 30 < grey.mean() < 250
    first = sheet.read_bytes()
    draw(data, sheet.parent)
    assert sheet.read_bytes() == first, "the same faces every time"


def test_blank_pictures_and_missing_moods_are_no_samples(tmp_path: Path) -> None:
    few = faces_of((0, 0), (1, 0), (2, 0), (3, 4))
    assert chosen(few, 0).tolist() == [1, 2]
    assert chosen(few, 5).tolist() == []
    assert len(chosen(faces_of(*[(n % 9 + 1, 2) for n in range(40)]), 2)) == 10
    for path in draw(dataset(few, few), tmp_path):
        assert path.stat().st_size > 5000


def told(tmp_path: Path, *asked: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "trainer.cli", "data", *map(str, asked)]
    around = os.environ | {
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "MPLCONFIGDIR": mpl.get_cachedir(),  # or it looks at all fonts again
        "OMP_NUM_THREADS": "1",
    }
    return subprocess.run(
        command, cwd=ROOT, env=around, capture_output=True, text=True, check=False, timeout=240
    )


def test_the_command_tells_as_json_and_draws_where_asked(tmp_path: Path) -> None:
    folder = make(tmp_path / "set")
    (folder / "train" / "happy" / "Training_00999.png").write_bytes(b"broken")
    done = told(tmp_path, folder, "--json", "--pictures", tmp_path / "drawn")
    assert done.returncode == 0, done.stderr
    about = json.loads(done.stdout)
    assert about["schema"] == 1
    assert about["unreadable"] == [
        {"name": "train/happy/Training_00999.png", "reason": "it is no picture"}
    ]
    assert about["splits"][0]["by_mood"] == dict.fromkeys(MOODS, 6)
    assert about["sheet"] == str(tmp_path / "drawn" / "sheet.png")
    assert Path(about["bars"]).stat().st_size > 5000


def test_without_a_folder_it_draws_beside_the_cached_data(tmp_path: Path) -> None:
    done = told(tmp_path, make(tmp_path / "set"))
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("sample sheet: ")]
    sheet = Path(line.removeprefix("sample sheet: "))
    assert sheet.is_relative_to(tmp_path / "cache" / "moodbox-train" / "pictures")
    assert sheet.is_file()


def test_a_folder_that_cannot_be_written_is_named_after_the_counts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    done = told(tmp_path, make(tmp_path / "set"), "--pictures", tmp_path / "file")
    assert done.returncode == 1
    assert f"nothing could be drawn into {tmp_path / 'file'}: File exists" in done.stderr
    assert "sha256" in done.stdout


def test_a_terminal_sees_a_bar(tmp_path: Path) -> None:
    mine, theirs = pty.openpty()
    code = (
        "from pathlib import Path; import sys; from trainer.data import load\n"
        "load(Path(sys.argv[1]), cache=Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, str(make(tmp_path / "set")), str(tmp_path / "cache")]
    around = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    subprocess.run(command, cwd=ROOT, env=around, stderr=theirs, check=True, timeout=120)
    os.close(theirs)
    assert "reads set" in os.read(mine, 65536).decode()
    os.close(mine)


def test_a_report_goes_through_json_and_back() -> None:
    import msgspec

    about = describe(SPOILT)
    assert msgspec.json.decode(msgspec.json.encode(about), type=DataReport) == about
