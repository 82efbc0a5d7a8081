"""`moodbox classify` as its user runs it: answers, bad pictures, archives, memory, isolation."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from edge.messages import MOODS
from tests.parts.tools import (
    MEAN_FACES,
    NETWORK,
    ROOT,
    check_face,
    command,
    demo_pictures,
    environment,
    lines,
    moodbox,
    needs_detector,
    write,
)

KEYS = {"schema", "path", "width", "height", "faces", "mood", "error"}


def check_line(line: dict[str, Any]) -> None:
    """As the interface has it."""
    assert set(line) >= KEYS
    assert line["schema"] == 1
    for face in line["faces"]:
        check_face(face)
    if line["error"] is None:
        assert line["width"] > 0
        assert line["height"] > 0
        assert (line["mood"] is None) == (line["faces"] == [])
    else:
        assert line["error"]["code"] in {"not_a_picture", "truncated", "too_large", "unreadable"}
        assert line["error"]["message"].endswith(".")
        assert line["faces"] == []
        assert line["mood"] is None


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """A few faces, an empty wall, and all that can be wrong."""
    folder = tmp_path / "album"
    (folder / "deeper").mkdir(parents=True)
    happy, sad = demo_pictures((1.0, 3.0), 2.0)
    write(folder / "a-happy.jpg", happy)
    write(folder / "deeper" / "b-sad.png", sad)
    write(folder / "c-wall.png", happy[:80, :80])
    whole = (folder / "a-happy.jpg").read_bytes()
    (folder / "d-cut.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "e-text.jpg").write_text("no picture", encoding="ascii")
    (folder / "f-empty.png").touch()
    write(folder / "g-tiny.png", happy[:1, :1])
    (folder / "notes.txt").write_text("not asked for", encoding="ascii")
    return folder


@needs_detector
def test_a_folder_is_read_in_order_and_what_is_bad_stops_nothing(album: Path) -> None:
    done = moodbox("classify", "--json", album)
    assert done.returncode == 1
    assert done.stderr == ""
    answers = lines(done.stdout)
    for answer in answers:
        check_line(answer)
    told = {
        str(Path(line["path"]).relative_to(album)): line["mood"]
        or (line["error"] or {}).get("code")
        for line in answers
    }
    assert list(told.items()) == [
        ("a-happy.jpg", "happy"),
        ("c-wall.png", None),
        ("d-cut.jpg", "truncated"),
        ("e-text.jpg", "not_a_picture"),
        ("f-empty.png", "not_a_picture"),
        ("g-tiny.png", "unreadable"),
        ("deeper/b-sad.png", "sad"),
    ]
    (face,) = answers[0]["faces"]
    x, y, width, height = face["box"]
    assert (answers[0]["width"], answers[0]["height"]) == (640, 480)
    assert 200 < x < x + width < 440
    assert 100 < y < y + height < 400
    assert face["usable"]


@needs_detector
def test_people_get_a_table_and_the_sentences_apart(album: Path) -> None:
    done = moodbox("classify", album / "a-happy.jpg", album / "c-wall.png", album / "e-text.jpg")
    assert done.returncode == 1
    first, second = done.stdout.splitlines()
    assert re.fullmatch(rf"happy +[01]\.\d\d  1 face +{album}/a-happy.jpg", first)
    assert re.fullmatch(rf"- +0 faces +{album}/c-wall.png", second)
    assert done.stderr == (
        f"{album}/e-text.jpg: This is not a picture (JPEG, PNG, WebP, BMP, GIF or TIFF).\n"
    )


def test_faces_that_are_cut_already_need_no_detector(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    for name in ("emotion.json", "emotion.tflite"):
        shutil.copy(ROOT / "models" / name, models)
    done = moodbox("classify", "--json", "--face-crop", "--models", models, MEAN_FACES)
    assert done.returncode == 0, done.stderr
    answers = lines(done.stdout)
    assert {Path(line["path"]).stem: line["mood"] for line in answers} == {m: m for m in MOODS}
    for line in answers:
        check_line(line)
        assert line["faces"][0]["box"] == [0, 0, 48, 48]


def test_the_other_head_can_be_asked() -> None:
    face = MEAN_FACES / "fear.png"
    shares = {}
    for words in ((), ("--head", "perceived"), ("--head", "fer2013")):
        done = moodbox("classify", "--json", "--face-crop", *words, face)
        shares[words] = lines(done.stdout)[0]["faces"][0]["probabilities"]
    usual, perceived, other = shares.values()
    assert usual == perceived != other


@pytest.mark.parametrize("runtime", ["tflite", "litert"])
def test_the_runtime_can_be_chosen(runtime: str) -> None:
    from edge.eye.emotion import installed

    done = moodbox("classify", "--face-crop", "--runtime", runtime, MEAN_FACES / "sad.png")
    if runtime in installed():
        assert (done.returncode, done.stdout[:4]) == (0, "sad ")
    else:
        assert done.returncode == 1
        assert "is not installed" in done.stderr


def test_only_faces_pass_for_faces(album: Path) -> None:
    done = moodbox("classify", "--json", "--face-crop", album / "a-happy.jpg")
    assert done.returncode == 1
    assert lines(done.stdout)[0]["error"]["code"] == "unreadable"
    assert "640 × 480" in lines(done.stdout)[0]["error"]["message"]


def archive(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as kept:
        for name, data in sorted(entries.items(), reverse=True):
            kept.writestr(name.replace("_", "/") + ".png", data)
        kept.writestr("README", "not asked for")
    return path


def test_archives_are_looked_into(tmp_path: Path) -> None:
    faces = {f"in_{mood}": (MEAN_FACES / f"{mood}.png").read_bytes() for mood in ("sad", "happy")}
    faces["in_bad"] = b"no picture"
    path = archive(tmp_path / "Album.ZIP", **faces)
    done = moodbox("classify", "--json", "--face-crop", path)
    answers = lines(done.stdout)
    assert [line["path"] for line in answers] == [
        f"{path}/in/{name}.png" for name in ("bad", "happy", "sad")
    ]
    assert [line["mood"] for line in answers] == [None, "happy", "sad"]
    assert done.returncode == 1


def test_broken_and_hostile_archives_are_told(tmp_path: Path) -> None:
    damaged = archive(tmp_path / "damaged.zip", a=(MEAN_FACES / "sad.png").read_bytes())
    data = bytearray(damaged.read_bytes())
    data[60:90] = bytes(30)
    damaged.write_bytes(data)
    none = tmp_path / "none.zip"
    none.write_text("no archive", encoding="ascii")
    bomb = archive(tmp_path / "bomb.zip", a=bytes(150_000_000))
    done = moodbox("classify", "--json", "--face-crop", damaged, none, bomb)
    assert done.returncode == 1, done.stderr
    assert [line["error"]["code"] for line in lines(done.stdout)] == [
        "unreadable",
        "unreadable",
        "too_large",
    ]
    for line in lines(done.stdout):
        check_line(line)


def test_what_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    empty = tmp_path / "empty"
    empty.mkdir()
    told = {
        tmp_path / "nowhere.jpg": "There is no such file or folder.",
        pipe: "This is not a file.",
        empty: "There is no picture in this folder.",
    }
    done = moodbox("classify", "--face-crop", *told)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [f"{path}: {sentence}" for path, sentence in told.items()]


def test_paths_come_from_standard_input_too(tmp_path: Path) -> None:
    strange = tmp_path / "a name with\ttab, “quotes” and ünïcode.png"
    shutil.copy(MEAN_FACES / "sad.png", strange)
    asked = f"{MEAN_FACES / 'happy.png'}\n\n{strange}\n"
    done = moodbox("classify", "--json", "--face-crop", "-", stdin=asked)
    assert done.returncode == 0
    assert [line["mood"] for line in lines(done.stdout)] == ["happy", "sad"]
    assert lines(done.stdout)[1]["path"] == str(strange)


@pytest.mark.parametrize("locale", ["C", "en_US.ISO-8859-1"])
def test_names_that_are_no_utf8_do_not_stop_it(tmp_path: Path, locale: str) -> None:
    strange = os.fsencode(tmp_path) + b"/s\xe9.png"
    shutil.copy(MEAN_FACES / "sad.png", strange)
    words = command("classify", "--json", "--face-crop", tmp_path, "-")
    done = subprocess.run(
        words,
        cwd=ROOT,
        input=strange + b"\n",
        check=False,
        capture_output=True,
        timeout=60,
        env=environment(LC_ALL=locale),
    )
    assert done.returncode == 0, done.stderr
    one, other = lines(done.stdout.decode("utf-8"))
    assert one["path"] == other["path"]
    assert one["path"].endswith("s\ufffd.png")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look everywhere")
def test_a_folder_that_is_closed_to_us_is_told(tmp_path: Path) -> None:
    shutil.copy(MEAN_FACES / "sad.png", tmp_path)
    closed = tmp_path / "closed"
    closed.mkdir(0)
    done = moodbox("classify", "--face-crop", tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("sad ")
    assert done.stderr == f"{closed}: This folder cannot be read: permission denied.\n"


def test_wrong_use_is_2() -> None:
    assert moodbox("classify").returncode == 2
    assert moodbox("classify", "--head", "other", "x.png").returncode == 2
    done = moodbox("classify", "--set", "eye.runtime=fast", "x.png")
    assert done.returncode == 2
    assert "eye.runtime" in done.stderr


@pytest.mark.parametrize("flaw", ["gone", "labels", "shape"])
def test_a_model_that_does_not_fit_is_told_in_one_sentence(tmp_path: Path, flaw: str) -> None:
    models = tmp_path / "models"
    models.mkdir()
    shutil.copy(ROOT / "models" / "emotion.tflite", models)
    card = (ROOT / "models" / "emotion.json").read_text(encoding="utf-8")
    changed = {
        "gone": "",
        "labels": card.replace('"angry"', '"furious"'),
        "shape": re.sub(r'("shape":\s*\[\s*1,\s*)48', r"\g<1>64", card),
    }[flaw]
    assert changed != card
    if changed:
        (models / "emotion.json").write_text(changed, encoding="utf-8")
    done = moodbox("classify", "--face-crop", "--models", models, MEAN_FACES)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"[^\n]+\.\n", done.stderr)


def test_two_thousand_pictures_take_no_memory_and_little_time(tmp_path: Path) -> None:
    """All read by one process; its memory is looked at from outside while it goes on."""
    for number in range(100):
        shutil.copy(MEAN_FACES / f"{MOODS[number % 7]}.png", tmp_path / f"{number:03}.png")
    words = command("classify", "--json", "--face-crop", *[str(tmp_path)] * 20)
    began = time.monotonic()
    resident: list[int] = []
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, env=environment()) as child:
        assert child.stdout is not None
        status = Path(f"/proc/{child.pid}/statm")
        for number, _line in enumerate(child.stdout, 1):
            if number == 200:
                began = time.monotonic()
            if number in (200, 1990):
                resident.append(int(status.read_text(encoding="ascii").split()[1]))
        took_s = time.monotonic() - began
    assert (child.returncode, number) == (0, 2000)
    grown = (resident[1] - resident[0]) * os.sysconf("SC_PAGE_SIZE")
    assert grown < 5_000_000
    assert 1800 / took_s > 100


@needs_detector
def test_looking_at_many_pictures_takes_no_memory(tmp_path: Path) -> None:
    for number, picture in enumerate(demo_pictures([0.5 * n for n in range(10)], 1.0)):
        write(tmp_path / f"{number}.jpg", picture[100:380, 180:460])
    words = command("classify", "--json", *[str(tmp_path)] * 16)
    resident: list[int] = []
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, env=environment()) as child:
        assert child.stdout is not None
        status = Path(f"/proc/{child.pid}/statm")
        for number, _line in enumerate(child.stdout, 1):
            if number in (50, 155):
                resident.append(int(status.read_text(encoding="ascii").split()[1]))
    assert (child.returncode, number) == (0, 160)
    assert (resident[1] - resident[0]) * os.sysconf("SC_PAGE_SIZE") < 5_000_000


def test_answers_come_at_once_and_ctrl_c_ends_with_130() -> None:
    words = command("classify", "--json", "--face-crop", "-")
    with subprocess.Popen(
        words,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdin.write(f"{MEAN_FACES / 'happy.png'}\n")
        child.stdin.flush()
        last_resort = threading.Timer(60, child.kill)
        last_resort.start()
        assert '"mood":"happy"' in child.stdout.readline()
        child.send_signal(signal.SIGINT)
        assert child.wait(20) == 130
        last_resort.cancel()
        assert child.stderr.read() == ""


def test_a_reader_that_goes_away_is_no_fault_worth_a_traceback() -> None:
    words = [*command("classify", "--face-crop", *[MEAN_FACES] * 40)]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        assert child.wait(60) == 1
        assert child.stderr.read() == b""


@needs_detector
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_no_network_socket_is_opened(album: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    before = ["strace", "-f", "-o", str(trace), "-e", "trace=%network,io_uring_setup"]
    done = moodbox("classify", album / "a-happy.jpg", before=before)
    assert done.returncode == 0, done.stderr
    told = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    assert any("AF_INET" in line and "EPERM" in line for line in told), "nothing was traced"
    assert [line for line in told if NETWORK.search(line)] == []


def test_nothing_heavy_is_imported_before_the_network_is_gone() -> None:
    """By the time it is given up there is one thread, and nothing that could open a connection."""
    code = """
import sys, os
sys.argv = ["moodbox", "classify", "--face-crop", "models/mean_faces/sad.png"]
from edge.eye import isolation
given_up = isolation.give_up_network
def look_first():
    heavy = {"numpy", "cv2", "mediapipe", "ai_edge_litert", "tflite_runtime", "ssl"}
    print(sorted(heavy & set(sys.modules)), len(os.listdir("/proc/self/task")), file=sys.stderr)
    return given_up()
isolation.give_up_network = look_first
from edge import cli
cli.main()
"""
    done = subprocess.run(
        [command()[0], "-c", code],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "[] 1\n"
