"""An authority of one's own, through the openssl command: it signs, renews and takes back."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

Words = list[str | Path]
CA_DAYS = 7300
CRL_DAYS = 7300
"""An empty list of what was taken back must not lock everybody out one day."""
_SECTIONS = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[ca]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = {usage}
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
{names}
[taken_back]
database = {index}
default_md = sha256
default_crl_days = {crl_days}
unique_subject = no
"""


class EnrolError(Exception):
    """One sentence for whoever ran it."""


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: Path
    key: Path

    @property
    def there(self) -> bool:
        return self.certificate.exists() and self.key.exists()


class Authority:
    """Its key and certificate, and what it took back, in one folder that stays at home."""

    def __init__(self, folder: Path, days: int) -> None:
        self._folder, self._days = folder, days
        self.own = Pair(folder / "ca.crt", folder / "ca.key")
        self.revoked = folder / "revoked.crl"

    def begin(self) -> bool:
        """Make it, where it is not there yet; True where it was made."""
        if self.own.there:
            return False
        if self.own.certificate.exists() or self.own.key.exists():
            raise EnrolError(f"Of ca.crt and ca.key in {self._folder} one is missing; restore it.")
        with self._workshop(name="Moodbox authority") as shop:
            made = Pair(shop / "crt", shop / "key")
            words: Words = [
                "-x509",
                "-extensions",
                "ca",
                "-days",
                str(CA_DAYS),
                "-out",
                made.certificate,
            ]
            self._key_and("req", shop, made.key, *words)
            _put(made, self.own)
        return True

    def sign(self, target: Pair, name: str, hosts: Sequence[str] = ()) -> None:
        """A new key and certificate: a server's for these hosts, or the client `name`'s."""
        usage = "serverAuth" if hosts else "clientAuth"
        names = f"subjectAltName = {','.join(map(_alternative, hosts))}" if hosts else ""
        with self._workshop(name=name, usage=usage, names=names) as shop:
            made, asked = Pair(shop / "crt", shop / "key"), shop / "asked"
            self._key_and("req", shop, made.key, "-out", asked)
            signs: Words = ["-CA", self.own.certificate, "-CAkey", self.own.key]
            serial = ["-set_serial", f"0x{secrets.token_hex(15)}", "-days", str(self._days)]
            form: Words = ["-extfile", shop / "conf", "-extensions", "leaf", "-sha256"]
            openssl("x509", "-req", "-in", asked, *signs, *serial, *form, "-out", made.certificate)
            _put(made, target)

    def take_back(self, certificates: Sequence[Path] = ()) -> None:
        """Refuse these from now on; without any, renew the list as it stands."""
        (self._folder / "index.txt").touch(mode=0o600)
        with self._workshop() as shop:
            signs: Words = ["-config", shop / "conf", "-name", "taken_back"]
            signs += ["-cert", self.own.certificate, "-keyfile", self.own.key]
            for certificate in certificates:
                openssl("ca", *signs, "-revoke", certificate)
            openssl("ca", *signs, "-gencrl", "-out", shop / "crl")
            (shop / "crl").replace(self.revoked)

    def _key_and(self, command: str, shop: Path, key: Path, *words: str | Path) -> None:
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]
        openssl(command, "-config", shop / "conf", *curve, "-sha256", "-keyout", key, *words)

    def _workshop(self, name: str = "-", usage: str = "clientAuth", names: str = "") -> _Workshop:
        index = self._folder / "index.txt"
        text = _SECTIONS.format(name=name, usage=usage, names=names, index=index, crl_days=CRL_DAYS)
        return _Workshop(self._folder, text)


class _Workshop(tempfile.TemporaryDirectory[str]):
    """A folder on the same disk, so that what is finished there moves in one step."""

    def __init__(self, beside: Path, conf: str) -> None:
        super().__init__(prefix=".new-", dir=beside)
        (Path(self.name) / "conf").write_text(conf, encoding="utf-8")

    def __enter__(self) -> Path:  # type: ignore[override]  # a path is what everybody wants of it
        return Path(super().__enter__())


def _put(made: Pair, target: Pair) -> None:
    made.key.replace(target.key)
    made.certificate.replace(target.certificate)


def _alternative(host: str) -> str:
    try:
        return f"IP:{ipaddress.ip_address(host)}"
    except ValueError:
        return f"DNS:{host}"


def is_host(text: str) -> bool:
    """A name or an address that can stand in a certificate."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return bool(re.fullmatch(r"(?!-)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*", text))
    return True


def ends_within(certificate: Path, days: int) -> bool:
    """True where it ends so soon, or has ended."""
    words = ["x509", "-checkend", str(days * 86400), "-noout", "-in", str(certificate)]
    return subprocess.run(["openssl", *words], capture_output=True, check=False).returncode != 0


def openssl(*words: str | Path) -> None:
    """Run it; EnrolError in its own last words where it fails."""
    done = subprocess.run(
        ["openssl", *map(str, words)], capture_output=True, check=False, text=True, env=_PLAIN
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["without a word"])[-1]
        raise EnrolError(f"openssl {words[0]} failed: {said}")


_PLAIN = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "OPENSSL_CONF": os.devnull}
"""No configuration of the machine's adds extensions of its own, or asks questions."""
