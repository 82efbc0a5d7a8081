"""The password comes from a file and shows itself nowhere."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from edge.config import MqttConfig
from edge.config.password import Secret, read_password
from edge.errors import ConfigError


def mqtt(password_file: Path | None = None) -> MqttConfig:
    return MqttConfig(host="b", username="u", password_file=str(password_file or ""))


def test_reads_the_file_without_its_line_end(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_bytes(b"hunter2 \r\n")
    secret = read_password(mqtt(file), {})
    assert secret is not None
    assert secret.reveal() == "hunter2 "


def test_reads_the_credential(tmp_path: Path) -> None:
    (tmp_path / "mqtt-password").write_text("hunter2")
    secret = read_password(mqtt(), {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert secret is not None
    assert secret.reveal() == "hunter2"


def test_a_named_file_goes_before_the_credential(tmp_path: Path) -> None:
    (tmp_path / "mqtt-password").write_text("hunter2")
    (tmp_path / "mine").write_text("hunter3")
    secret = read_password(mqtt(tmp_path / "mine"), {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert secret is not None
    assert secret.reveal() == "hunter3"


def test_a_certificate_may_stand_in_for_the_password() -> None:
    by_certificate = MqttConfig(host="b", username="u", tls=True, cert_file="c", key_file="k")
    assert read_password(by_certificate, {}) is None


def test_an_anonymous_session_has_none() -> None:
    assert read_password(MqttConfig(host="b"), {}) is None
    assert read_password(MqttConfig(username="u"), {}) is None


@pytest.mark.parametrize("content", [b"", b"\n", b"a\nb\n", b"\xff\xfe", b"x" * 5000])
def test_refuses_what_is_no_password(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "password"
    file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_password(mqtt(file), {})
    assert str(file) in caught.value.problems[0]


def test_refuses_a_missing_file_and_a_missing_password(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_password(mqtt(tmp_path / "none"), {})
    with pytest.raises(ConfigError, match=r"name its file in mqtt\.password_file"):
        read_password(mqtt(), {"CREDENTIALS_DIRECTORY": str(tmp_path)})


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
