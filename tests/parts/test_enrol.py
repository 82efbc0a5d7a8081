"""deploy/mosquitto/enrol: what it makes, who may read it, and that it changes nothing twice."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from edge.config.certificates import check_certificates
from edge.config.load import load
from edge.config.password import read_password
from edge.mqtt.validity import in_pem, span
from tests.guarded import ENROL, ROOT, enrol

pytestmark = pytest.mark.skipif(
    not shutil.which("openssl") or not shutil.which("mosquitto_passwd"),
    reason="openssl or mosquitto_passwd is not installed",
)
BROKER = ("--broker", "broker.local", "192.168.1.10")


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def made(folder: Path, *words: str) -> str:
    done = enrol(folder, *words)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def last(certificate: Path) -> float:
    (good,) = map(span, in_pem(certificate.read_bytes()))
    assert good is not None
    return good.ends


def test_a_box_gets_a_configuration_that_is_right(tmp_path: Path) -> None:
    told = made(tmp_path, *BROKER, "--boxes", "kitchen")
    assert "sudo install" in told
    loaded = load(tmp_path / "boxes" / "kitchen" / "moodbox.toml")
    assert loaded.warnings == ()
    assert loaded.config.box.id == "kitchen"
    assert loaded.config.mqtt.host == "broker.local"
    check_certificates(loaded.config.mqtt)
    secret = read_password(loaded.config.mqtt, {})
    assert secret is not None
    assert len(secret.reveal()) == 32
    hashes = (tmp_path / "broker" / "moodbox" / "passwords").read_text()
    assert sorted(line.split(":")[0] for line in hashes.splitlines()) == [
        "homeassistant",
        "kitchen",
        "owner",
    ]
    assert secret.reveal() not in hashes
    assert secret.reveal() not in told


def test_with_certificates_too(tmp_path: Path) -> None:
    made(tmp_path, *BROKER, "--boxes", "kitchen", "--client-certificates")
    loaded = load(tmp_path / "boxes" / "kitchen" / "moodbox.toml")
    check_certificates(loaded.config.mqtt)
    assert loaded.config.mqtt.username == ""
    assert read_password(loaded.config.mqtt, {}) is None
    conf = (tmp_path / "broker" / "mosquitto.conf").read_text()
    assert "\nrequire_certificate true\nuse_identity_as_username true\ncrlfile " in conf


def test_nothing_is_anybody_elses_to_read(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    folder = tmp_path / "made"
    made(folder, *BROKER, "--boxes", "kitchen", "--client-certificates")
    made(folder, "--remove", "kitchen")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


@pytest.mark.parametrize("way", [(), ("--client-certificates",)], ids=["passwords", "certificates"])
def test_again_it_changes_nothing_and_adds_beside(tmp_path: Path, way: tuple[str, ...]) -> None:
    made(tmp_path, *BROKER, *way, "--boxes", "kitchen")
    (tmp_path / "broker" / "moodbox" / "acl").write_text("mine")
    before = contents(tmp_path)
    assert "unchanged" in made(tmp_path, *BROKER, *way, "--boxes", "kitchen")
    assert "nothing to do" in made(tmp_path)
    assert contents(tmp_path) == before
    made(tmp_path, "--boxes", "kitchen", "bedroom")
    after = contents(tmp_path)
    changed = {name for name in before if after[name] != before[name]}
    assert changed == (set() if way else {"broker/moodbox/passwords"})
    assert before["broker/moodbox/passwords"] in after["broker/moodbox/passwords"]
    assert {name.split("/")[1] for name in after.keys() - before.keys()} <= {"bedroom", "issued"}


def test_a_box_whose_folder_was_moved_to_it_is_still_known(tmp_path: Path) -> None:
    made(tmp_path, *BROKER, "--boxes", "kitchen")
    shutil.rmtree(tmp_path / "boxes" / "kitchen")
    assert "1 were there already" in made(tmp_path, "--boxes", "kitchen")
    assert not (tmp_path / "boxes" / "kitchen").exists()


def test_many_are_numbered_and_more_may_follow(tmp_path: Path) -> None:
    made(tmp_path, *BROKER, "--count", "20", "--prefix", "room")
    told = made(tmp_path, "--count", "25", "--prefix", "room")
    assert "5 new: room-0021" in told
    names = sorted(path.name for path in (tmp_path / "boxes").iterdir())
    assert names == [f"room-{number:04d}" for number in range(1, 26)]
    words = {(tmp_path / "boxes" / name / "mqtt-password").read_text() for name in names}
    assert len(words) == 25


def test_certificates_are_renewed_on_request_and_when_they_end(tmp_path: Path) -> None:
    made(tmp_path, *BROKER, "--client-certificates", "--boxes", "kitchen", "--days", "30")
    box = tmp_path / "boxes" / "kitchen" / "mqtt.crt"
    server = tmp_path / "broker" / "moodbox" / "server.crt"
    made(tmp_path, "--boxes", "bedroom")
    fresh = last(tmp_path / "boxes" / "bedroom" / "mqtt.crt")
    assert last(box) < fresh
    told = made(tmp_path, "--renew")
    assert "4 renewed" in told, "of broker, owner, Home Assistant and kitchen"
    assert min(last(box), last(server)) >= fresh
    before = box.read_bytes()
    assert "nothing to do" in made(tmp_path, "--renew")
    assert box.read_bytes() == before
    made(tmp_path, "--renew", "kitchen")
    assert box.read_bytes() != before
    check_certificates(load(box.with_name("moodbox.toml")).config.mqtt)


def test_boxes_with_passwords_change_to_certificates(tmp_path: Path) -> None:
    made(tmp_path, *BROKER, "--boxes", "kitchen")
    made(tmp_path, "--client-certificates")
    mqtt = load(tmp_path / "boxes" / "kitchen" / "moodbox.toml").config.mqtt
    assert mqtt.cert_file.endswith("mqtt.crt")
    check_certificates(mqtt)


def test_a_new_name_of_the_broker_gives_a_new_certificate(tmp_path: Path) -> None:
    made(tmp_path, *BROKER)
    told = made(tmp_path, "--broker", "broker.local", "fd00::1")
    assert "192.168.1.10 will not trust it any more" in told
    server = tmp_path / "broker" / "moodbox" / "server.crt"
    words = ["openssl", "x509", "-noout", "-ext", "subjectAltName", "-in", str(server)]
    names = subprocess.run(words, capture_output=True, check=True, text=True).stdout
    assert "DNS:broker.local, IP Address:FD00:0:0:0:0:0:0:1" in names


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "Name it: --broker"),
        ((*BROKER, "--boxes", "group"), "has another meaning"),
        ((*BROKER, "--boxes", "owner"), "has another meaning"),
        ((*BROKER, "--boxes", "a/b"), "cannot be a box's id"),
        ((*BROKER, "--boxes", "a" * 65), "cannot be a box's id"),
        ((*BROKER, "--boxes", "küche"), "cannot be a box's id"),
        (("--broker", "a b"), "neither a host's name nor an address"),
        ((*BROKER, "--remove", "attic"), "There is no box attic here"),
        ((*BROKER, "--renew", "attic"), "There is no attic here"),
        ((*BROKER, "--boxes", "attic", "--renew", "owner"), "it comes in by a password"),
        ((*BROKER, "--days", "0"), "--days is from 1 to 3650"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    done = enrol(tmp_path, *words)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("tool", ["openssl", "mosquitto_passwd"])
def test_a_missing_tool_is_named(tmp_path: Path, tool: str) -> None:
    others = tmp_path / "bin"
    others.mkdir()
    (others / "python3").symlink_to(Path(sys.executable).resolve())
    for name in {"openssl", "mosquitto_passwd"} - {tool}:
        (others / name).symlink_to(str(shutil.which(name)))
    done = subprocess.run(
        [ENROL, tmp_path / "made", *BROKER],
        capture_output=True,
        check=False,
        text=True,
        env={"PATH": str(others)},
    )
    assert done.returncode == 1
    assert f"{tool} is not here; install it" in done.stderr


def test_help_shows_examples() -> None:
    done = subprocess.run([ENROL, "--help"], capture_output=True, check=True, text=True)
    assert "--boxes kitchen bedroom" in done.stdout


def test_the_acl_is_the_contracts_for_every_box() -> None:
    acl = (ROOT / "deploy" / "mosquitto" / "acl").read_text(encoding="utf-8")
    lines = [line for line in acl.splitlines() if line and not line.startswith("#")]
    assert lines[: lines.index("user owner")] == [
        "pattern readwrite moodbox/%u/#",
        "pattern write homeassistant/device/moodbox_%u/config",
        "pattern read homeassistant/status",
        "pattern read moodbox/group/#",
    ]
    assert not [line for line in lines[lines.index("user owner") :] if line.startswith("pattern")]


def test_every_line_of_the_example_says_why() -> None:
    conf = (ROOT / "deploy" / "mosquitto" / "mosquitto.conf").read_text(encoding="utf-8")
    blocks = [block.splitlines() for block in conf.split("\n\n")]
    for block in blocks:
        assert block[0].startswith("# "), block
