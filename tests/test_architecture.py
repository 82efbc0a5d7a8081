"""The laws of import: each storey takes only from those beneath it."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

CLIS = {
    "edge.cli",
    "edge.cli_calibrate",
    "edge.cli_commands",
    "edge.cli_config",
    "edge.cli_ctl",
    "edge.cli_ctl_asked",
    "edge.cli_ctl_look",
    "edge.cli_eye",
    "edge.cli_library",
    "edge.cli_machine",
    "edge.cli_mqtt",
    "edge.cli_recommend",
    "edge.cli_song",
}
TOOLS = {
    "edge.app",
    "edge.app_box",
    "edge.app_camera",
    "edge.app_eye",
    "edge.app_player",
    "edge.bench",
    "edge.bench.dj",
    "edge.bench.eye",
    "edge.bench.hearings",
    "edge.bench.listeners",
    "edge.bench.looks",
    "edge.bench.mood",
    "edge.bench.plot",
    "edge.bench.report",
    "edge.bench.simple_ways",
    "edge.bench.spells",
    "edge.bench.steadiness",
    "edge.bench.trials",
    "edge.bench.ways_to_choose",
    "edge.calibrate",
    "edge.classify",
    "edge.demo",
    "edge.demo_broker",
    "edge.demo_screen",
    "edge.devices",
    "edge.doctor",
    "edge.doctor_box",
    "edge.doctor_broker",
    "edge.errand",
    "edge.errand_camera",
    "edge.errands_eye",
    "edge.errands_mqtt",
    "edge.launch",
    "edge.library_tool",
    "edge.library_words",
    "edge.mqtt_tool",
    "edge.picture_files",
    "edge.process",
    "edge.progress",
    "edge.recommend",
    "edge.replay",
    "edge.rules",
    "edge.run",
    "edge.seeing",
    "edge.song_map",
    "edge.songs",
    "edge.tool_line",
}
DRIVERS = {"edge.eye", "edge.player", "edge.library", "edge.mqtt"}
GROUND = {"edge.messages", "edge.errors", "edge.languages"}
FIRST_FLOOR = {"edge.ports", "edge.link", "edge.loudness_meter", "edge.frames", "edge.family"}
TRAINERS_PART = {
    "edge.eye.faces",
    "edge.eye.face_image",
    "edge.eye.emotion",
    "edge.eye.model_card",
    "edge.ports",
    *GROUND,
}
BY_NAME = ("tflite_runtime.", "ai_edge_litert.")
MAY_WAIT = {"time", "threading", "queue", "socket", "subprocess", "asyncio", "random", "datetime"}
"""A pure module needs none of these, nor a file."""


def modules() -> list[str]:
    files = [*ROOT.glob("edge/**/*.py"), *ROOT.glob("trainer/**/*.py")]
    return sorted(
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for file in files
    )


def imports(module: str) -> set[str]:
    """Everything a module imports, lazily or not, as whole module names."""
    path = ROOT.joinpath(*module.split("."))
    file = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Constant) and str(node.value).startswith(BY_NAME):
            names.add(str(node.value))  # chosen at run time, through importlib
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            known = {f"{node.module}.{alias.name}" for alias in node.names}
            inner = {name for name in known if name in ALL}
            names |= inner or {node.module}
    return names


ALL = set(modules())


def test_every_package_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    files = [*ROOT.glob("edge/**/__init__.py"), *ROOT.glob("trainer/**/__init__.py")]
    there = {".".join(file.parent.relative_to(ROOT).parts) for file in files}
    assert set(project["tool"]["setuptools"]["packages"]) == there


def storey(module: str) -> int:
    if module in GROUND or module == "edge":
        return 0
    if module in FIRST_FLOOR or module.startswith(("edge.config", "edge.commands")):
        return 1
    if module.startswith("edge.mind"):
        return 2
    if any(module == driver or module.startswith(f"{driver}.") for driver in DRIVERS):
        return 3
    if module in {
        "edge.box",
        "edge.correspondence",
        "edge.desk",
        "edge.diagnosing",
        "edge.ears",
        "edge.inbox",
        "edge.keeping",
        "edge.resting",
        "edge.scan_news",
        "edge.scans",
        "edge.stocking",
    } or module.startswith("edge.upkeep"):
        return 4
    if module in TOOLS or module.startswith("edge.ctl"):
        return 5
    if module in CLIS:
        return 6
    pytest.fail(f"{module} has no storey: say in tests/test_architecture.py where it stands")
    return -1


def ours(module: str) -> set[str]:
    return {name for name in imports(module) if name.split(".")[0] in {"edge", "trainer"}}


@pytest.mark.parametrize("module", [name for name in modules() if name.startswith("edge")])
def test_imports_only_downwards(module: str) -> None:
    for other in ours(module):
        assert not other.startswith("trainer"), f"{module} takes {other}: never from the trainer"
        assert storey(other) <= storey(module), f"{module} reaches up to {other}"


@pytest.mark.parametrize(
    "module", [m for m in modules() if m.startswith(tuple(f"{driver}." for driver in DRIVERS))]
)
def test_no_driver_imports_another(module: str) -> None:
    mine = ".".join(module.split(".")[:2])
    for other in ours(module):
        theirs = ".".join(other.split(".")[:2])
        assert theirs not in DRIVERS - {mine}, f"{module} takes {other} of another driver"


@pytest.mark.parametrize("module", [name for name in modules() if name.startswith("edge.mind")])
def test_the_mind_is_pure(module: str) -> None:
    roots = {name.split(".")[0] for name in imports(module)}
    assert not roots & MAY_WAIT, f"{module} uses {roots & MAY_WAIT}: pass time and chance in"
    assert roots <= {"edge", "msgspec", "__future__", "collections", "functools", "math", "typing"}


@pytest.mark.parametrize("module", [name for name in modules() if name.startswith("trainer")])
def test_the_trainer_takes_only_what_sees(module: str) -> None:
    for other in ours(module):
        if other.startswith("edge.") or other == "edge":
            assert other in TRAINERS_PART | {"edge"}, f"{module} takes {other}"


def test_drivers_are_composed_in_one_place() -> None:
    allowed = TOOLS | CLIS | {name for name in modules() if name.startswith("edge.ctl")}
    for module in modules():
        if not module.startswith("edge") or module.startswith(
            tuple(f"{driver}." for driver in DRIVERS)
        ):
            continue
        taken = {
            name
            for name in ours(module)
            if name in DRIVERS or name.startswith(tuple(f"{driver}." for driver in DRIVERS))
        }
        assert not taken or module in allowed, f"{module} takes {taken}; app.py composes drivers"


@pytest.mark.parametrize(
    ("library", "files"),
    [
        ("paho", {"edge.mqtt.wire"}),
        ("mediapipe", {"edge.eye.faces"}),
        ("systemd", {"edge.upkeep.systemd"}),
        ("mutagen", {"edge.library.tags"}),
        ("pygame", {"edge.player.speaker"}),
        ("soundfile", {"edge.player.sndfile"}),
        ("cv2", {"edge.eye.opencv"}),
        ("gpiozero", {"edge.eye.light"}),
        ("picamera2", {"edge.eye.picamera"}),
        ("tflite_runtime", {"edge.eye.emotion"}),
        ("ai_edge_litert", {"edge.eye.emotion"}),
    ],
)
def test_a_client_library_appears_in_one_file(library: str, files: set[str]) -> None:
    users = {
        module
        for module in modules()
        if module.startswith("edge")
        and any(name.split(".")[0] == library for name in imports(module))
    }
    assert users == files


def test_version_answers_before_anything_heavy_is_imported() -> None:
    code = (
        "import sys; sys.argv = ['moodbox', '--version']\n"
        "from edge import cli\n"
        "try: cli.main()\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy = {'typer', 'rich', 'cv2', 'numpy', 'mediapipe', 'pygame', 'paho', 'av'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=30)
    assert done.returncode == 0
