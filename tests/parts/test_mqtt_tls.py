"""Encrypted ways to a real mosquitto that fail, and the words in which box and doctor say why."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge import doctor_broker
from edge.config import BoxConfig, Config, MqttConfig
from edge.messages import Broker
from edge.mqtt.address import Address
from edge.mqtt.knock import knock
from edge.mqtt.outbox import Outbox
from edge.mqtt.topics import Topics
from edge.mqtt.uplink import Uplink
from edge.upkeep.doctor import Check
from tests.broker import BINARY, HOST, Mosquitto, until
from tests.guarded import ROOT, GuardedBroker, Home, enrol

pytestmark = pytest.mark.skipif(
    BINARY is None or not shutil.which("openssl") or not shutil.which("mosquitto_passwd"),
    reason="mosquitto or openssl is not installed",
)

NO_CERTIFICATE = "it asks for a client certificate: set mqtt.cert_file"
HUNG_UP = "brokers do that miss a client certificate or refuse it"
"""What is left where the reset of the connection overtakes the reason for it."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Boxes with certificates, of which bedroom's was taken back."""
    folder = tmp_path_factory.mktemp("made")
    words = ("--broker", HOST, "--client-certificates", "--days", "25")
    assert enrol(folder, *words, "--boxes", "kitchen", "bedroom").returncode == 0
    shutil.copytree(folder / "boxes" / "bedroom", folder / "bedroom")
    assert enrol(folder, "--remove", "bedroom").returncode == 0
    return folder


@pytest.fixture(scope="module")
def guarded(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedBroker]:
    broker = GuardedBroker(tmp_path_factory.mktemp("broker"), made)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def address(made: Path, guarded: GuardedBroker) -> Address:
    """As the kitchen's box is configured."""
    return Home(made / "boxes" / "kitchen").configured(guarded.port)


def openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, timeout=60)


def signed(made: Path, folder: Path, key: Path, out: Path, *dates: str) -> None:
    """A certificate for this key, by our authority, from this date to that."""
    conf, asked = folder / "conf", folder / "asked"
    conf.write_text(
        f"[ca]\ndatabase={folder}/index\nnew_certs_dir={folder}\ndefault_md=sha256\n"
        "rand_serial=yes\npolicy=any\nx509_extensions=leaf\n"
        f"[any]\ncommonName=supplied\n[leaf]\nsubjectAltName=IP:{HOST}\n"
    )
    (folder / "index").touch()
    (folder / "index.attr").write_text("unique_subject = no\n")
    openssl("req", "-new", "-key", key, "-subj", "/CN=kitchen", "-out", asked)
    signs = ("-cert", made / "ca" / "ca.crt", "-keyfile", made / "ca" / "ca.key", "-batch")
    span = ("-startdate", dates[0], "-enddate", dates[1])
    openssl("ca", "-config", conf, "-name", "ca", *signs, *span, "-in", asked, "-out", out)


def both(address: Address) -> tuple[str, str]:
    """What box says while it tries, and what doctor's knock brings."""
    said: list[Broker] = []
    topics = Topics(prefix="moodbox", id="kitchen")
    uplink = Uplink(address, topics, Outbox(), lambda _: None, said.append, announce_s=0.0)
    uplink.start()
    until(lambda: said, 20, "an answer")
    uplink.close()
    return said[0].message, str(knock(address, "moodbox-test").wrong)


def test_a_certificate_that_is_asked_for_and_not_there(address: Address) -> None:
    for told in both(replace(address, cert_file="", key_file="")):
        assert NO_CERTIFICATE in told or HUNG_UP in told


def test_a_certificate_of_somebody_elses_authority(address: Address, tmp_path: Path) -> None:
    words = ("--broker", HOST, "--client-certificates", "--boxes", "kitchen")
    assert enrol(tmp_path, *words).returncode == 0
    own = tmp_path / "boxes" / "kitchen"
    forged = replace(address, cert_file=str(own / "mqtt.crt"), key_file=str(own / "mqtt.key"))
    for told in both(forged):
        assert "client certificate" in told, told


def test_a_certificate_that_was_taken_back(address: Address, made: Path) -> None:
    own = made / "bedroom"
    gone = replace(address, cert_file=str(own / "mqtt.crt"), key_file=str(own / "mqtt.key"))
    for told in both(gone):
        assert "our client certificate was taken back" in told or HUNG_UP in told


def test_an_authority_that_did_not_sign_the_brokers(address: Address, tmp_path: Path) -> None:
    assert enrol(tmp_path, "--broker", HOST).returncode == 0
    for told in both(replace(address, ca_file=str(tmp_path / "ca" / "ca.crt"))):
        assert "its certificate is not trusted: mqtt.ca_file or the system does not know" in told


def test_tls_where_there_is_none(address: Address, broker: Mosquitto) -> None:
    for told in both(replace(address, port=broker.port)):
        assert "check mqtt.port and tls" in told


def test_no_tls_where_there_is_some(address: Address) -> None:
    plain = Address(host=HOST, port=address.port)
    assert "set mqtt.tls = true" in str(knock(plain, "x").wrong)


def test_a_certificate_that_has_ended(address: Address, made: Path, tmp_path: Path) -> None:
    server = made / "broker" / "moodbox"
    ended = tmp_path / "ended.pem"
    signed(made, tmp_path, server / "server.key", ended, "20200101000000Z", "20210101000000Z")
    lines = (f"certfile {ended}", f"keyfile {server}/server.key", "allow_anonymous true")
    broker = Mosquitto(tmp_path, lines)
    broker.start()
    try:
        for told in both(replace(address, port=broker.port)):
            assert "it has ended, or this machine's clock is wrong" in told
    finally:
        broker.kill()


def test_the_systems_authorities_are_asked_without_a_file(address: Address) -> None:
    fields = {**doctor_broker.plain(address), "ca_file": ""}
    asked = {"address": fields, "topics": {"prefix": "moodbox", "id": "kitchen"}}
    code = (
        "import json, sys; from edge.errands_mqtt import broker\n"
        "print(json.dumps(broker(json.load(sys.stdin), ())))"
    )
    for authorities, right in ((address.ca_file, True), (os.devnull, False)):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "SSL_CERT_FILE": authorities},
            input=json.dumps(asked),
            capture_output=True,
            check=True,
            text=True,
        )
        assert (json.loads(done.stdout)["wrong"] is None) is right


def diagnosed(address: Address) -> Check:
    fields = {"ca_file": address.ca_file, "cert_file": address.cert_file}
    mqtt = MqttConfig(host=HOST, port=address.port, tls=True, key_file=address.key_file, **fields)
    return doctor_broker.broker(
        Config(box=BoxConfig(id="kitchen"), mqtt=mqtt), {}, running=False, by_hand=True
    )


def test_doctor_tells_what_ends_soon(address: Address, made: Path, tmp_path: Path) -> None:
    assert diagnosed(address).status == "ok", "25 days are much for what lasts so long"
    server = made / "broker" / "moodbox"
    soon = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + 20 * 86400))
    files = (tmp_path / "server.pem", tmp_path / "kitchen.pem")
    for key, out in zip((server / "server.key", Path(address.key_file)), files, strict=True):
        signed(made, tmp_path, key, out, "20250101000000Z", soon)
    lines = ("require_certificate true", "use_identity_as_username true")
    tls = (f"cafile {server}/ca.crt", f"certfile {files[0]}", f"keyfile {server}/server.key")
    broker = Mosquitto(tmp_path, (*tls, *lines))
    broker.start()
    try:
        check = diagnosed(replace(address, port=broker.port, cert_file=str(files[1])))
    finally:
        broker.kill()
    assert check.status == "warn"
    assert "its certificate ends on 20" in check.message
    assert "mqtt.cert_file ends on 20" in check.message
    assert "mqtt.ca_file" not in check.message
    assert "Renew it" in str(check.mend)


def test_doctor_fails_where_the_certificate_is_missing(address: Address) -> None:
    check = diagnosed(replace(address, cert_file="", key_file=""))
    assert check.status == "fail"
    assert NO_CERTIFICATE in check.message or HUNG_UP in check.message


def test_many_handshakes_that_fail_leave_nothing_open(address: Address) -> None:
    bad = replace(address, cert_file="", key_file="")
    knock(bad, "x")
    files = Path("/proc/self/fd")
    before = len(list(files.iterdir()))
    for _ in range(20):
        knock(bad, "x")
    assert len(list(files.iterdir())) <= before
