"""`moodbox devices`: what a PulseAudio and ALSA's files tell, and which one would be used."""

from __future__ import annotations

from pathlib import Path

from edge.player.outputs import Output, list_outputs
from tests.parts.null_sink import NullSink
from tests.parts.tools import environment, lines, moodbox

CARDS = """\
 0 [vc4hdmi0       ]: vc4-hdmi - vc4-hdmi-0
                      vc4-hdmi-0
 1 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones
                      bcm2835 Headphones
 2 [C920           ]: USB-Audio - HD Pro Webcam C920
                      a camera, whose card only listens
"""


def test_the_answer_has_its_form(tmp_path: Path) -> None:
    done = moodbox("devices", "--json", "--set=camera.source=demo", env=environment(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    (answer,) = lines(done.stdout)
    assert answer["schema"] == 1
    assert answer["configured"] == {"camera": "demo", "driver": "auto", "device": ""}
    for camera in answer["cameras"]:
        assert set(camera) >= {"source", "name", "kind", "sizes", "used"}
        assert camera["used"] is False
    for sound in answer["sounds"]:
        assert set(sound) == {"driver", "device", "name", "default", "used"}
    assert all(problem.endswith(".") for problem in answer["problems"])


def test_the_sink_that_would_be_used_is_marked() -> None:
    with NullSink() as sink:
        env = environment(sink.folder, **sink.env)
        (answer,) = lines(moodbox("devices", "--json", env=env).stdout)
        (own,) = [sound for sound in answer["sounds"] if sound["driver"] == "pulseaudio"]
        assert own["default"]
        assert own["used"]
        table = moodbox("devices", "--set=player.driver=none", env=env).stdout
        assert f"    pulseaudio  {own['device']}" in table
        assert "*" not in table.partition("Loudspeakers")[2].partition("The configuration")[0]
        assert "The configuration names the camera picamera" in table


def test_cards_are_named_so_that_they_stay(tmp_path: Path) -> None:
    (tmp_path / "cards").write_text(CARDS, encoding="ascii")
    for stream in ("card0/pcm0p", "card1/pcm0p", "card2/pcm0c"):
        (tmp_path / stream).mkdir(parents=True)
    hdmi, headphones = list_outputs({}, tmp_path)
    assert hdmi.device == "sysdefault:CARD=vc4hdmi0"
    assert headphones.device == "plughw:CARD=Headphones,DEV=0"
    assert (hdmi.default, headphones.default) == (True, False)
    assert list_outputs({}, tmp_path / "none") == ()


def test_the_owners_word_comes_before_the_default() -> None:
    from edge.devices import chosen

    outputs = [
        Output(driver="pulseaudio", device="tv", name="television", default=True),
        Output(driver="pulseaudio", device="usb", name="headset"),
        Output(driver="alsa", device="plughw:CARD=usb,DEV=0", name="headset", default=True),
    ]
    assert chosen(outputs, "pulseaudio", "") == outputs[0]
    assert chosen(outputs, "pulseaudio", "usb") == outputs[1]
    assert chosen(outputs, "alsa", "") == outputs[2]
    assert chosen(outputs, "alsa", "plughw:CARD=gone") is None
    assert chosen(outputs, None, "") is None
