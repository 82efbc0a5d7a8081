"""What is made for a broker, its boxes and its people, and where each piece of it lies."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from accounts import Accounts, new_password, write
from authority import Authority, EnrolError, Pair, ends_within

PEOPLE = ("owner", "homeassistant")
SERVER = "server"
SOON_DAYS = 60
_SHOWN = 8
_BOX = """\
# For the configuration of the box {name}, with the files that it names beside it.
[box]
id = "{name}"

"""
_PERSON = """\
# For moodbox ctl --config, with the files that it names beside it.
"""
_BROKER = """\
[mqtt]
host = "{host}"
tls = true
ca_file = "mqtt-ca.crt"
{account}
"""
_WITH_NAME = 'username = "{name}"\npassword_file = "mqtt-password"'
_WITH_KEY = 'cert_file = "mqtt.crt"\nkey_file = "mqtt.key"'


@dataclass
class Done:
    """What came of it."""

    made: list[str] = field(default_factory=list)
    """Sentences about the broker's own things."""
    new: list[str] = field(default_factory=list)
    old: int = 0
    renewed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        told = list(self.made)
        for what, names in (("new", self.new), ("renewed", self.renewed), ("out", self.removed)):
            if names:
                more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
                told.append(f"{len(names)} {what}: {', '.join(names[:_SHOWN])}{more}.")
        if self.old:
            told.append(f"{self.old} were there already and are unchanged.")
        return told or ["There was nothing to do."]


class Enrolment:
    """One folder: `ca` stays in it, `broker`, `boxes` and `people` are copied where they belong."""

    def __init__(self, folder: Path, examples: Path, days: int) -> None:
        self.done = Done()
        self._examples, self._folder = examples, folder
        self._broker = folder / "broker" / "moodbox"
        self._notes = folder / "ca" / "notes.json"
        self._hosts: list[str] = []
        self._certificates = False
        for path in (folder / "ca" / "issued", self._broker, folder / "boxes", folder / "people"):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._authority = Authority(folder / "ca", days)
        self._accounts = Accounts(self._broker / "passwords")

    # --- the broker ------------------------------------------------------------------------------

    def begin(self, hosts: Sequence[str], *, certificates: bool) -> None:
        """The authority, the broker's own things, and its people."""
        notes = json.loads(self._notes.read_text()) if self._notes.exists() else {}
        before = notes.get("hosts", [])
        self._hosts = list(hosts) or before
        if not self._hosts:
            raise EnrolError("Where is the broker? Name it: --broker broker.local 192.168.1.10")
        self._certificates = certificates or notes.get("client_certificates", False)
        if self._authority.begin():
            self.done.made.append("An authority was made.")
        shutil.copy(self._authority.own.certificate, self._broker / "ca.crt")
        server = self._server()
        if not server.there or self._hosts != before:
            self._authority.sign(server, self._hosts[0], self._hosts)
            self.done.made.append(f"The broker got a certificate for {', '.join(self._hosts)}.")
            self._warn_of_lost(before)
        self._examples_copied()
        told = {"hosts": self._hosts, "client_certificates": self._certificates}
        write(self._notes, json.dumps(told, indent=2) + "\n")
        self._add_people()
        if self._certificates:
            self._add_certificates(self._known_boxes())

    def _warn_of_lost(self, before: Collection[str]) -> None:
        if lost := [host for host in before if host not in self._hosts]:
            text = f"Boxes that look for it as {', '.join(lost)} will not trust it any more."
            self.done.made.append(text)

    def _examples_copied(self) -> None:
        """Only where they are not there: what you changed in them stays."""
        conf = self._broker.parent / "mosquitto.conf"
        for source, target in (("mosquitto.conf", conf), ("acl", self._broker / "acl")):
            if not target.exists():
                write(target, (self._examples / source).read_text(encoding="utf-8"))
        if self._certificates:
            lines = "(require_certificate true|use_identity_as_username true|crlfile .*)"
            text = conf.read_text(encoding="utf-8")
            write(conf, re.sub(f"^#{lines}$", r"\1", text, flags=re.MULTILINE))
            if not self._authority.revoked.exists():
                self._authority.take_back()
            self._publish_revoked()

    def _publish_revoked(self) -> None:
        shutil.copy(self._authority.revoked, self._broker / "revoked.crl")

    def _server(self) -> Pair:
        return Pair(self._broker / "server.crt", self._broker / "server.key")

    # --- who may come in -------------------------------------------------------------------------

    def add(self, boxes: Iterable[str]) -> None:
        """Boxes that are not known yet; the others stay as they are."""
        known = self._known_boxes()
        new = [name for name in boxes if name not in known]
        self.done.old += len(known & set(boxes) - set(self.done.renewed))
        passwords = {} if self._certificates else {name: new_password() for name in new}
        for name in new:
            home = self._home(name)
            if name in passwords:
                write(home / "mqtt-password", f"{passwords[name]}\n")
            self._tell(name)
        # The hashes last: until then a box that was begun is made anew by the next run.
        if self._certificates:
            self._sign_all(new)
        else:
            self._accounts.set(passwords)
        self.done.new += new

    def remove(self, boxes: Collection[str]) -> None:
        """They may come in no more: neither by password nor by certificate."""
        if strangers := sorted(set(boxes) - self._known_boxes()):
            raise EnrolError(f"There is no box {', '.join(strangers)} here; nothing was removed.")
        if not boxes:
            return
        issued = [path for name in boxes for path in self._issued(name)]
        if issued:
            self._authority.take_back(issued)
            if self._certificates:
                self._publish_revoked()
            for path in issued:
                path.unlink()
        self._accounts.remove(boxes)
        for name in boxes:
            shutil.rmtree(self._home(name))
        self.done.removed += boxes

    def renew(self, names: Sequence[str]) -> None:
        """New certificates; the old ones stay good until they end, so nobody is cut off."""
        known = self._known_boxes() | {SERVER, *PEOPLE}
        if strangers := sorted(set(names) - known):
            raise EnrolError(f"There is no {', '.join(strangers)} here; nothing was renewed.")
        for name in names or sorted(known):
            newest = self._server().certificate if name == SERVER else self._newest(name)
            if newest is None and names:
                raise EnrolError(f"{name} has no certificate: it comes in by a password.")
            if newest is None or name in self.done.new:
                continue
            if not names and not ends_within(newest, SOON_DAYS):
                continue
            if name == SERVER:
                self._authority.sign(self._server(), self._hosts[0], self._hosts)
            else:
                self._sign_all([name])
            self.done.renewed.append(name)

    def _known_boxes(self) -> set[str]:
        issued = {path.name.partition(".")[0] for path in self._issued("*")}
        return (set(self._accounts.users) | issued) - set(PEOPLE)

    def _add_people(self) -> None:
        new = [name for name in PEOPLE if name not in self._accounts.users]
        passwords = {name: new_password() for name in new}
        for name in new:
            write(self._home(name) / "mqtt-password", f"{passwords[name]}\n")
            self._tell(name)
        self._accounts.set(passwords)
        self.done.new += new
        if self._certificates:
            self._add_certificates(PEOPLE)

    # --- one of them -----------------------------------------------------------------------------

    def _add_certificates(self, names: Iterable[str]) -> None:
        """For those who have none yet: they came in by password so far."""
        lacking = [name for name in names if not self._issued(name)]
        self._sign_all(lacking)
        for name in lacking:
            self._tell(name)
        self.done.renewed += [name for name in lacking if name not in self.done.new]

    def _sign_all(self, names: Iterable[str]) -> None:
        for name in names:
            home = self._home(name)
            pair = Pair(home / "mqtt.crt", home / "mqtt.key")
            self._authority.sign(pair, name)
            number = len(self._issued(name)) + 1
            shutil.copy(pair.certificate, self._folder / "ca" / "issued" / f"{name}.{number}.crt")

    def _issued(self, name: str) -> list[Path]:
        return sorted((self._folder / "ca" / "issued").glob(f"{name}.*.crt"))

    def _newest(self, name: str) -> Path | None:
        return max(self._issued(name), key=lambda path: int(path.suffixes[0][1:]), default=None)

    def _home(self, name: str) -> Path:
        """Its folder, made anew where you have moved the old one to its box."""
        home = self._folder / ("people" if name in PEOPLE else "boxes") / name
        if not home.exists():
            home.mkdir(mode=0o700)
            shutil.copy(self._authority.own.certificate, home / "mqtt-ca.crt")
        return home

    def _tell(self, name: str) -> None:
        """How to come in: a box's configuration, or a person's for ctl, mosquitto_sub and _pub."""
        home = self._home(name)
        account = _WITH_KEY if self._certificates else _WITH_NAME.format(name=name)
        whose = _PERSON if name in PEOPLE else _BOX.format(name=name)
        broker = _BROKER.format(host=self._hosts[0], account=account)
        write(home / "moodbox.toml", whose + broker)
        if name not in PEOPLE:
            return
        words = ["-h", self._hosts[0], "-p", "8883", "--cafile", home / "mqtt-ca.crt", "-u", name]
        if (home / "mqtt-password").exists():
            words += ["-P", (home / "mqtt-password").read_text().strip()]
        if self._certificates:
            words += ["--cert", home / "mqtt.crt", "--key", home / "mqtt.key"]
        pairs = zip(words[::2], words[1::2], strict=True)
        text = "".join(f"{flag} {value}\n" for flag, value in pairs)
        for program in ("mosquitto_sub", "mosquitto_pub", "mosquitto_rr"):
            write(home / program, text)
