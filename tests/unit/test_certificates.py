"""Certificates are tried at the door, each fault in one sentence, and their end is read."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config import MqttConfig
from edge.config.certificates import check_certificates
from edge.errors import ConfigError
from edge.mqtt.trust import reason
from edge.mqtt.validity import Span, in_pem, span

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")


def openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """mine.pem and mine.key belong together, so do other.*; locked.key asks for a passphrase."""
    path = tmp_path_factory.mktemp("certificates")
    ec = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    for name, days in (("mine", "40"), ("other", "20000")):
        out = ("-out", f"{path}/{name}.pem", "-keyout", f"{path}/{name}.key")
        openssl("req", "-x509", *ec, "-days", days, "-subj", f"/CN={name}", *out)
    locked = ("-out", f"{path}/locked.key", "-aes128", "-passout", "pass:secret")
    openssl("ec", "-in", f"{path}/mine.key", *locked)
    (path / "empty").touch()
    (path / "damaged.pem").write_text(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    )
    return path


def mqtt(folder: Path, ca: str = "", cert: str = "", key: str = "") -> MqttConfig:
    files = {
        name: str(folder / file) if file else ""
        for name, file in (("ca_file", ca), ("cert_file", cert), ("key_file", key))
    }
    return MqttConfig(host="b", tls=True, **files)


def test_what_serves_is_no_trouble(folder: Path) -> None:
    check_certificates(mqtt(folder))
    check_certificates(mqtt(folder, "mine.pem"))
    check_certificates(mqtt(folder, "other.pem", "mine.pem", "mine.key"))


def test_without_tls_or_a_broker_nothing_is_looked_at(folder: Path) -> None:
    check_certificates(MqttConfig(host="b", ca_file="/none"))
    check_certificates(MqttConfig(tls=True, ca_file="/none"))
    del folder


@pytest.mark.parametrize(
    ("ca", "cert", "key", "says"),
    [
        ("none", "", "", r"mqtt\.ca_file = .*none.* cannot be read \(no such file"),
        ("empty", "", "", r"mqtt\.ca_file = .* holds no certificate"),
        ("mine.key", "", "", r"mqtt\.ca_file = .* holds no certificate"),
        ("damaged.pem", "", "", r"mqtt\.ca_file = .* holds no certificate"),
        ("", "none", "mine.key", r"mqtt\.cert_file = .*none.* cannot be read"),
        ("", "mine.pem", "none", r"mqtt\.key_file = .*none.* cannot be read"),
        ("", "mine.key", "mine.key", r"mqtt\.cert_file = .* holds no certificate"),
        ("", "mine.pem", "mine.pem", r"mqtt\.key_file = .* holds no private key"),
        ("", "mine.pem", "other.key", r"mqtt\.key_file = .* does not belong to .*mine\.pem"),
        ("", "mine.pem", "locked.key", r"mqtt\.key_file = .* asks for a passphrase"),
        ("", "damaged.pem", "mine.key", r"mqtt\.cert_file = .* one of the two is damaged"),
    ],
)
def test_what_would_not_serve_is_told_in_a_sentence(
    folder: Path, ca: str, cert: str, key: str, says: str
) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        check_certificates(mqtt(folder, ca, cert, key))
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].endswith(".")


def test_two_faults_are_told_at_once(folder: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        check_certificates(mqtt(folder, "none", "none", "none"))
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(("name", "days"), [("mine", 40), ("other", 20000)])
def test_the_end_is_read_in_either_form_of_time(folder: Path, name: str, days: int) -> None:
    (der,) = in_pem((folder / f"{name}.pem").read_bytes())
    good = span(der)
    assert good is not None
    assert good.begins == pytest.approx(time.time(), abs=300)
    assert good.ends == pytest.approx(time.time() + days * 86400, abs=300)


@pytest.mark.parametrize(
    ("days", "left", "soon"),
    [
        (825, 31, False),
        (825, 29, True),
        (825, -1, True),
        (90, 29, False),
        (90, 22, True),
        (6, 2, False),
    ],
)
def test_what_ends_soon_goes_by_its_whole_time(days: float, left: float, soon: bool) -> None:
    good = Span(begins=(left - days) * 86400.0, ends=left * 86400.0)
    assert good.ends_soon(0.0) is soon


def test_a_chain_holds_several(folder: Path) -> None:
    both = (folder / "mine.pem").read_bytes() + (folder / "other.pem").read_bytes()
    assert len(in_pem(both)) == 2
    assert in_pem((folder / "mine.key").read_bytes()) == []


@given(st.binary(max_size=300))
def test_any_bytes_have_no_end(noise: bytes) -> None:
    span(noise)
    in_pem(noise)


@given(st.data())
def test_a_damaged_one_is_survived(folder: Path, data: st.DataObject) -> None:
    (der,) = in_pem((folder / "mine.pem").read_bytes())
    at = data.draw(st.integers(0, len(der) - 1))
    span(der[:at] + data.draw(st.binary(min_size=1, max_size=3)) + der[at + 1 :])


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (TimeoutError(), "timed out"),
        (ConnectionRefusedError(111, "Connection refused"), "connection refused"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), "wrong version"),
        (ValueError("label too long"), "label too long"),
    ],
)
def test_reasons_fit_into_a_sentence(error: Exception, says: str) -> None:
    assert says in reason(error)
