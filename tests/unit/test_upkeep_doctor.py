"""The form of a diagnosis, and the checks of the machine where it can be made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge import doctor_box
from edge.upkeep import machine
from edge.upkeep.doctor import Check, diagnosis, examine, line


def check(name: str, status: str) -> Check:
    return Check(name=name, status=status, message="It is so.")  # type: ignore[arg-type]  # a test's


def test_one_failure_is_enough() -> None:
    fine = [check("a", "ok"), check("b", "warn"), check("c", "skip")]
    assert diagnosis(fine).ok
    assert not diagnosis([*fine, check("d", "fail")]).ok


def test_a_check_that_breaks_hides_no_other() -> None:
    def broken() -> Check:
        raise RuntimeError("no such thing")

    first, second = examine([("a", broken), ("b", lambda: check("b", "ok"))])
    assert (first.name, first.status) == ("a", "fail")
    assert "RuntimeError: no such thing" in first.message
    assert second.status == "ok"


def test_what_mends_stands_beneath() -> None:
    told = line(Check(name="a", status="fail", message="It is broken.", mend="Mend it."))
    assert told.splitlines()[0].startswith("✗ a ")
    assert told.splitlines()[1].strip() == "→ Mend it."


def zone(folder: Path, name: str, text: str) -> None:
    (folder / name).mkdir()
    (folder / name / "temp").write_text(text, encoding="ascii")


def test_heat_is_told_by_the_warmest_part(tmp_path: Path) -> None:
    assert machine.heat(tmp_path).status == "skip"
    zone(tmp_path, "thermal_zone0", "48312\n")
    zone(tmp_path, "thermal_zone1", "not now")
    assert machine.heat(tmp_path).status == "ok"
    assert "48 °C" in machine.heat(tmp_path).message
    zone(tmp_path, "thermal_zone2", "79000\n")
    assert machine.heat(tmp_path).status == "warn"
    zone(tmp_path, "thermal_zone3", "84000\n")
    assert machine.heat(tmp_path).status == "fail"


@pytest.mark.parametrize(
    ("said", "status", "told"),
    [
        ("throttled=0x0", "ok", "It is not slowed down."),
        ("throttled=0x50005", "warn", "Its power supply is too weak; it is slowed down"),
        ("throttled=0x20000", "warn", "Since its start its clock was held back."),
        ("error", "skip", "does not tell"),
    ],
)
def test_a_raspberry_pis_firmware_is_asked(
    tmp_path: Path, said: str, status: str, told: str
) -> None:
    firmware = tmp_path / "vcgencmd"
    firmware.write_text(f"#!/bin/sh\necho {said}\n", encoding="ascii")
    firmware.chmod(0o755)
    check = machine.heat(tmp_path, str(firmware))
    assert check.status == status
    assert told in check.message


def test_the_kernels_file_of_the_firmware_is_read_where_its_tool_may_not_be_asked(
    tmp_path: Path,
) -> None:
    file = tmp_path / "soc@107c000000" / "soc@107c000000:firmware" / "get_throttled"
    file.parent.mkdir(parents=True)
    file.write_text("50005\n", encoding="ascii")
    assert machine.throttling("no-such-tool", tmp_path) == 0x50005
    assert machine.slowed_down("no-such-tool", tmp_path)
    file.write_text("50000\n", encoding="ascii")
    assert machine.slowed_down("no-such-tool", tmp_path) is False
    file.write_text("nonsense", encoding="ascii")
    assert machine.slowed_down("no-such-tool", tmp_path) is None


def test_a_state_folder_that_is_not_there_yet_can_be_made(tmp_path: Path) -> None:
    assert machine.state(tmp_path / "not" / "yet").status in {"ok", "warn"}
    assert not (tmp_path / "not").exists()
    file = tmp_path / "file"
    file.touch()
    assert machine.state(file / "inside").status == "fail"


def test_the_running_box_tells_its_faults_and_what_mends_a_twin() -> None:
    well = doctor_box.told({"faults": {}})
    assert (well.status, well.mend) == ("ok", None)
    ill = doctor_box.told({"faults": {"mqtt": "another box may use the same id.", "music": "x"}})
    assert ill.status == "warn"
    assert ill.message == "The running box says: mqtt: another box may use the same id; music: x."
    assert ill.mend == "Give each box an id of its own in [box] id."
