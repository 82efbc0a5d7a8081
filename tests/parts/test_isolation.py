"""The network is really gone: each test gives it up in a process of its own."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DETECTOR = ROOT / "models" / "face_detector_short_range.tflite"
NETWORK = re.compile(r"socket(?:pair)?\(AF_(?!UNIX|NETLINK)\w+.*= \d")
"""A socket that leads out, and that the kernel gave: a refused one ends in `= -1 EPERM`."""

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
needs_detector = pytest.mark.skipif(
    not DETECTOR.exists(), reason="the face detector is not there: the set-up command fetches it"
)

LOOK = """
    from pathlib import Path
    import numpy as np
    from edge.eye.demo_camera import DemoCamera
    from edge.eye.faces import MediapipeFaceFinder
    camera = DemoCamera(Path("models/mean_faces"))
    with MediapipeFaceFinder(Path("models/face_detector_short_range.tflite")) as finder:
        found = sum(len(finder.find(camera.read())) for _ in range(10))
    say(found=found)
"""


def isolated(code: str, *before: str, give_up: bool = True, user: int | None = None) -> Any:
    """Run this after the network was given up; what it says as JSON."""
    start = """
        import json, os, socket, sys, ctypes, threading
        said = {}
        say = said.update
    """
    surrender = """
        from edge.eye.isolation import give_up_network
        say(in_force=give_up_network())
    """
    whole = "".join(textwrap.dedent(part) for part in (start, surrender if give_up else "", code))
    done = subprocess.run(
        [*before, sys.executable, "-c", f"{whole}\nprint(json.dumps(said))"],
        cwd=ROOT,
        check=False,
        timeout=60,
        capture_output=True,
        text=True,
        user=user,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


TRY = """
    def tried(*which):
        try:
            socket.socket(*which).close()
        except OSError as refused:
            return refused.errno
        return 0
"""


def test_the_kernel_refuses_every_way_out() -> None:
    said = isolated(
        TRY
        + """
    say(inet=tried(socket.AF_INET, socket.SOCK_STREAM), inet6=tried(socket.AF_INET6),
        udp=tried(socket.AF_INET, socket.SOCK_DGRAM), vsock=tried(40),
        packet=tried(socket.AF_PACKET, socket.SOCK_RAW), bluetooth=tried(31, socket.SOCK_RAW, 1),
        unix=tried(socket.AF_UNIX), netlink=tried(socket.AF_NETLINK, socket.SOCK_RAW, 15))
    socket.socketpair()
    """
    )
    assert "socket_filter" in said["in_force"]
    assert "dead_proxy" in said["in_force"]
    for family in ("inet", "inet6", "udp", "packet", "bluetooth", "vsock"):
        assert said[family] == 1, f"{family}: not EPERM"
    assert said["unix"] == said["netlink"] == 0


def test_there_is_no_way_round_the_filter() -> None:
    """io_uring opens sockets too, setns goes back, pidfd_getfd borrows; x32 has other numbers."""
    numbers = {
        "x86_64": {"io_uring": 425, "setns": 308, "pidfd_getfd": 438, "x32": 0x40000000 + 41},
        "aarch64": {"io_uring": 425, "setns": 268, "pidfd_getfd": 438},
    }[os.uname().machine]
    said = isolated(
        f"""
    libc = ctypes.CDLL(None, use_errno=True)
    for name, number in {numbers}.items():
        ctypes.set_errno(0)
        say(**{{name: [libc.syscall(number, 2, 1, 0), ctypes.get_errno()]}})
    """
    )
    assert {name: said[name] for name in numbers} == {name: [-1, 1] for name in numbers}


def test_threads_and_children_are_held_too() -> None:
    said = isolated(
        TRY
        + """
    import subprocess
    waiting, results = threading.Event(), []
    def try_later():
        waiting.wait(10)
        results.append(tried(socket.AF_INET))
    early = threading.Thread(target=try_later)
    early.start()
    from edge.eye.isolation import give_up_network
    say(in_force=give_up_network())
    waiting.set()
    early.join(10)
    child = subprocess.run([sys.executable, "-c", "import socket; socket.socket(socket.AF_INET)"],
        stderr=subprocess.PIPE)
    say(early=results, child=child.returncode, why="PermissionError" in child.stderr.decode())
    """,
        give_up=False,
    )
    # A second thread forbids a namespace of our own; the filter holds it all the same.
    assert said["in_force"] == ["socket_filter", "dead_proxy"]
    assert said["early"] == [1]
    assert said["child"] == 1
    assert said["why"]


def test_the_process_stays_who_it_is() -> None:
    own = isolated(
        """
    libc = ctypes.CDLL(None)
    libc.prctl(1, 15, 0, 0, 0)
    from edge.eye.isolation import give_up_network
    say(in_force=give_up_network())
    signal = ctypes.c_int()
    libc.prctl(2, ctypes.byref(signal), 0, 0, 0)
    say(ids=[os.getuid(), os.geteuid(), os.getgid(), os.getegid()], dies_with=signal.value)
    say(owner=os.stat("pyproject.toml").st_uid, proxy=os.environ["https_proxy"])
    """,
        give_up=False,
    )
    assert own["ids"] == [os.getuid(), os.geteuid(), os.getgid(), os.getegid()]
    assert own["dies_with"] == 15
    assert own["owner"] == Path(ROOT / "pyproject.toml").stat().st_uid
    assert own["proxy"] == "http://127.0.0.1:9"


def test_a_namespace_of_its_own_is_empty_where_one_is_allowed() -> None:
    said = isolated(
        """
    say(network=os.stat("/proc/self/ns/net").st_ino, names=[n for _, n in socket.if_nameindex()])
    """
    )
    outside = Path("/proc/self/ns/net").stat().st_ino
    if "network_namespace" not in said["in_force"]:
        if _may_unshare():
            pytest.fail("a namespace is allowed here, but was not taken")
        pytest.skip("no process may have a network namespace of its own here")
    assert said["network"] != outside
    assert said["names"] == ["lo"]


def _may_unshare() -> bool:
    done = subprocess.run(["unshare", "-r", "-n", "true"], check=False, capture_output=True)
    return done.returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_gets_the_same_protection() -> None:
    """With the system's Python: ours may stand where only its owner can look."""
    system = Path("/usr/bin/python3")
    if not system.exists():
        pytest.skip("there is no Python of the system")
    files = ("__init__", "errors", "eye/__init__", "eye/isolation", "eye/socket_filter")
    source = {name: (ROOT / "edge" / f"{name}.py").read_text(encoding="utf-8") for name in files}
    code = f"""
import os, sys, tempfile, socket
source = {source!r}
place = tempfile.mkdtemp()
os.makedirs(os.path.join(place, "edge", "eye"))
for name, text in source.items():
    open(os.path.join(place, "edge", name + ".py"), "w").write(text)
sys.path.insert(0, place)
from edge.eye.isolation import give_up_network
print(*give_up_network(), os.getuid(), os.getgid())
try:
    socket.socket(socket.AF_INET)
except PermissionError:
    print("refused")
"""
    done = subprocess.run(
        [system, "-I", "-c", code],
        cwd="/",
        check=False,
        timeout=30,
        capture_output=True,
        text=True,
        user=65534,
        group=65534,
        extra_groups=[],
    )
    assert done.returncode == 0, done.stderr
    *in_force, user, group = done.stdout.splitlines()[0].split()
    assert "socket_filter" in in_force
    assert (user, group) == ("65534", "65534")
    assert done.stdout.splitlines()[1] == "refused"


def test_a_door_to_box_stays_open(tmp_path: Path) -> None:
    """A socket with a path crosses into the namespace; nothing else does."""
    path = tmp_path / "link.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        heard: list[bytes] = []

        def hear() -> None:
            sock, _ = listener.accept()
            with sock:
                heard.append(sock.recv(100))

        thread = threading.Thread(target=hear, name="hear")
        thread.start()
        isolated(
            f"""
    with socket.socket(socket.AF_UNIX) as door:
        door.connect({str(path)!r})
        door.sendall(b"here I am")
    """
        )
        thread.join(10)
    assert heard == [b"here I am"]


def test_a_network_socket_that_was_open_before_is_refused() -> None:
    said = isolated(
        """
    from edge.errors import IsolationError
    left_open = socket.socket(socket.AF_INET)
    from edge.eye.isolation import give_up_network
    try:
        give_up_network()
    except IsolationError as error:
        say(error=str(error))
    """,
        give_up=False,
    )
    assert "open before eye began" in said["error"]


def test_nothing_that_could_use_the_network_is_loaded_before_it_is_gone() -> None:
    """What eye's composition root has loaded by then; numpy would have started threads."""
    said = isolated(
        """
    import edge.app, edge.app_eye, edge.launch
    say(loaded=sorted(sys.modules), threads=len(os.listdir("/proc/self/task")))
    """,
        give_up=False,
    )
    heavy = {"numpy", "cv2", "mediapipe", "tflite_runtime", "ai_edge_litert", "ssl", "http"}
    assert not heavy & set(said["loaded"])
    assert said["threads"] == 1


@needs_strace
@needs_detector
def test_a_whole_detection_opens_no_network_socket(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    said = isolated(LOOK, "strace", "-f", "-o", str(trace), "-e", "trace=%network,io_uring_setup")
    assert said["found"] == 10
    lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    assert any("AF_INET" in line and "EPERM" in line for line in lines), "nothing was traced"
    assert [line for line in lines if NETWORK.search(line)] == []
    assert not any("io_uring_setup" in line for line in lines)


@needs_strace
@needs_detector
def test_without_it_the_same_trace_sees_mediapipes_sockets(tmp_path: Path) -> None:
    """So the trace can see them. They lead to a closed port of this machine (see faces.py)."""
    trace = tmp_path / "trace"
    isolated(LOOK, "strace", "-f", "-o", str(trace), "-e", "trace=%network", give_up=False)
    lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    assert [line for line in lines if NETWORK.search(line)]
    outside = [line for line in lines if "sin_addr" in line and "127.0.0.1" not in line]
    assert outside == []


CAPTURE = """
    from edge.eye.live_camera import LiveCamera
    from tests.parts.camera_stub import DRIVER
    from tests.parts.first_pictures import first_pictures
    def pictures(**arguments):
        return first_pictures(LiveCamera("stub", DRIVER, arguments))
    say(calm=pictures(), curious=pictures(fault="network"))
"""


def test_the_process_that_captures_is_held_too() -> None:
    said = isolated(CAPTURE)
    assert said["calm"] == 5
    assert said["curious"] == "A network socket is refused: Operation not permitted."


@needs_strace
def test_the_process_that_captures_opens_no_network_socket(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    what = "trace=%network,io_uring_setup,execve"
    said = isolated(CAPTURE, "strace", "-f", "-o", str(trace), "-e", what)
    assert said["calm"] == 5
    lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    assert sum("edge.eye.capture_child" in line for line in lines) == 2, "nothing was traced"
    assert any("AF_INET" in line and "EPERM" in line for line in lines)
    assert [line for line in lines if NETWORK.search(line)] == []
    assert not any("io_uring_setup" in line for line in lines)


CRASH = """
import os, sys
from edge.eye.isolation import give_up_network
if sys.argv[1] == "eye":
    give_up_network()
child = os.fork()
if child == 0:
    os.kill(os.getpid(), 11)
_, status = os.waitpid(child, 0)
print(os.WTERMSIG(status), os.WCOREDUMP(status))
"""


def crashed(who: str, folder: Path) -> str:
    """How a child of such a process ends, where core files are otherwise welcome."""
    done = subprocess.run(
        [sys.executable, "-c", CRASH, who],
        cwd=folder,
        check=True,
        timeout=60,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=_welcome_core_files,
    )
    return done.stdout.strip()


def _welcome_core_files() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def test_a_crash_leaves_no_picture_behind(tmp_path: Path) -> None:
    try:
        others = crashed("somebody", tmp_path)
    except subprocess.SubprocessError:
        pytest.skip("core files are forbidden here")
    if others != "11 True":
        pytest.skip("no core files are written here")
    assert crashed("eye", tmp_path) == "11 False"


def test_eyes_memory_is_closed_to_a_process_with_a_network() -> None:
    said = isolated(
        """
    from edge.eye.isolation import refuse_to_be_read
    libc = ctypes.CDLL(None)
    say(before=libc.prctl(3, 0, 0, 0, 0))
    refuse_to_be_read()
    say(after=libc.prctl(3, 0, 0, 0, 0), network=os.readlink("/proc/self/ns/net"))
    """
    )
    assert said["before"] == 1
    assert said["after"] == 0


def test_a_machine_without_seccomp_is_refused() -> None:
    """Where neither protection can be had, there is no eye."""
    said = isolated(
        """
    from edge.errors import IsolationError
    from edge.eye import socket_filter
    from edge.eye.isolation import give_up_network
    socket_filter.MACHINES.clear()
    threading.Thread(target=threading.Event().wait, args=(5,), daemon=True).start()
    try:
        give_up_network()
    except IsolationError as error:
        say(error=str(error))
    """,
        give_up=False,
    )
    assert "opens no camera" in said["error"]
    assert "\n" not in said["error"]
