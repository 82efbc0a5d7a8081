"""The configured camera: how its picture is wanted, and what it keeps of a network."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.app_camera import LEAST_RATE, ConfiguredCamera, view_of
from edge.config.load import load
from edge.errors import CameraError
from edge.eye.view import View

MODELS = Path(__file__).resolve().parents[2] / "models"


def configured(**given: object) -> ConfiguredCamera:
    overrides = {f"camera.{name}": value for name, value in given.items()}
    return ConfiguredCamera(load(overrides=overrides).config, MODELS)


def test_the_picture_is_wanted_as_the_configuration_says() -> None:
    given: dict[str, object] = {
        "camera.width": 1280,
        "camera.height": 720,
        "camera.rotate": 90,
        "camera.mirror": True,
        "camera.crop": "0.25, 0, 0.5, 1",
        "camera.rate": 20.0,
    }
    assert view_of(load(overrides=given).config.camera) == View(
        width=1280, height=720, rate=20.0, rotate=90, mirror=True, crop=(0.25, 0.0, 0.5, 1.0)
    )
    assert view_of(load().config.camera).rate == LEAST_RATE


def test_every_kind_of_camera_is_cut_and_turned() -> None:
    camera = configured(source="demo", crop="0, 0, 0.5, 1", rotate=90)
    one = camera.open()
    assert camera.kind == one.kind == "demo"
    assert one.read().shape == (640, 240, 3)
    one.close()
    camera.close()


@pytest.mark.parametrize("allow", [True, False])
def test_a_camera_of_this_machine_keeps_no_network(allow: bool) -> None:
    camera = configured(source="demo", allow_network=allow)
    assert camera.exceptions == ()
    assert camera.works is None
    camera.close()


def test_a_network_camera_says_what_it_keeps() -> None:
    camera = configured(source="http://me:hunter2@127.0.0.1:9/", allow_network=True)
    try:
        assert camera.kind == "network"
        assert camera.exceptions == ("camera_has_network",)
        assert "eye may not" in (camera.works or "")
        assert "hunter2" not in (camera.works or "")
    finally:
        camera.close()
        camera.close()


@pytest.mark.skipif(bool(list(Path("/dev").glob("gpiochip*"))), reason="there are real pins here")
def test_a_light_that_cannot_be_switched_keeps_the_camera_closed() -> None:
    camera = configured(source="demo", led_pin=17)
    with pytest.raises(CameraError, match=r"The camera stays closed, because its light"):
        camera.open()
    camera.close()
