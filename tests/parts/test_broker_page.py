"""deploy/mosquitto/README.md, command by command, on a machine of its own.

That machine is this one with other folders at /etc/mosquitto and the like, and a network without a
way out. apt, sudo and systemctl are stand-ins; mosquitto starts as its unit starts it, and becomes
the user `mosquitto`, who must be able to read what the page has put there.
"""

from __future__ import annotations

import os
import pwd
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.broker import BINARY
from tests.parts.test_nearby_brokers import own_network
from tests.parts.tools import ROOT

PAGE = ROOT / "deploy" / "mosquitto" / "README.md"
STAND_INS = {
    "sudo": 'exec "$@"',
    "apt": "exit 0",
    "moodbox": f'exec "{sys.executable}" -m edge.cli "$@" --set=camera.source=demo',
    "systemctl": """
test "$1 $2" = "restart mosquitto" || exit 3
test ! -f /run/pid || { kill "$(cat /run/pid)"; sleep 1; }
"$MOSQUITTO" -c /etc/mosquitto/mosquitto.conf 2>>"$HOME/broker.log" &
echo $! >/run/pid
n=0
until bash -c ': </dev/tcp/127.0.0.1/8883' 2>/dev/null || [ $((n += 1)) -gt 100 ]; do
  sleep 0.1
done
""",
}
BEFORE = """
set -e
ip link set lo up
for folder in /etc/mosquitto /var/lib/mosquitto /run /etc/avahi/services; do
  mount -t tmpfs none "$folder"
done
chown mosquitto: /var/lib/mosquitto
printf '127.0.0.1 localhost broker.local\\n' >"$HOME/hosts"
mount --bind "$HOME/hosts" /etc/hosts
set -x
"""
AFTER = """
deploy/mosquitto/enrol ~/moodbox-broker --client-certificates
deploy/mosquitto/enrol ~/moodbox-broker --remove bedroom
"""


def has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def commands() -> list[str]:
    """What stands in the numbered steps."""
    steps = PAGE.read_text(encoding="utf-8").split("\n## ")[1]
    return re.findall(r"^ *```sh\n(.*?)^ *```$", steps, re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(BINARY is None or not has_user("mosquitto"), reason="no mosquitto here")
@pytest.mark.skipif(not own_network(), reason="no network of its own can be made here")
def test_every_command_of_the_page_works(tmp_path: Path) -> None:
    home, programs, work = (tmp_path / name for name in ("home", "bin", "work"))
    for folder in (home, programs, work):
        folder.mkdir()
    (work / "deploy").symlink_to(ROOT / "deploy")
    for name, text in STAND_INS.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    found = commands()
    assert len(found) == 7
    carried = f"cp -r {home}/moodbox-broker/boxes/kitchen .\n"
    install_again = found[2]
    script = BEFORE + "".join([*found[:4], carried, *found[4:5]])
    doctor = f"{found[5].strip()} --json >{home}/answer || true\n"
    script += doctor + AFTER + install_again + found[3] + found[6]
    env = {
        "HOME": str(home),
        "PATH": f"{programs}:{os.environ['PATH']}:/usr/sbin",
        "PYTHONPATH": str(ROOT),
        "MOSQUITTO": str(BINARY),
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        ["unshare", "-n", "-m", "--fork", "--pid", "--kill-child", "bash", "-c", script],
        cwd=work,
        env=env,
        capture_output=True,
        check=False,
        text=True,
        timeout=180,
    )
    log = (home / "broker.log").read_text()
    assert done.returncode == 0, done.stderr[-3000:] + log
    assert done.stdout.count("mosquitto version 2") == 2, "with a password, and with a certificate"
    told = (home / "answer").read_text()
    assert "The broker broker.local:8883 lets us in, and does what a box needs." in told, log
    assert "Error: " not in log, log  # OpenSSL tells of the look whether the port is open
