"""What `moodbox doctor` says of the broker: whether it lets us in, and does what a box needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from edge.config import Config, MqttConfig, certificates, password
from edge.config.identity import box_id
from edge.config.password import Secret
from edge.errand import ErrandError, ask
from edge.errors import ConfigError
from edge.mqtt.address import Address, address_of
from edge.mqtt.topics import Topics
from edge.upkeep.doctor import Check, Status

SUGGEST_S: Final = 1.5
_PAGE: Final = "deploy/mosquitto/README.md"
_OTHERS: Final = 0o007


def broker(config: Config, env: Mapping[str, str], *, running: bool, by_hand: bool) -> Check:
    """The check.

    `running`: a box of this configuration is at work on this machine. `by_hand`: a person asks, so
    that the topics may be tried, and the network asked for a broker where none is configured. A box
    that examines itself does neither: its session knows what is refused.
    """
    mqtt = config.mqtt
    if not mqtt.host:
        return _none(suggest=by_hand and mqtt.suggest)
    try:
        certificates.check_certificates(mqtt)
        address = address_of(mqtt, password.read_password(mqtt, env))
    except ConfigError as error:
        return _check("fail", " ".join(error.problems), "Mend what it names.")
    topics = Topics(
        prefix=mqtt.prefix,
        id=box_id(config.box),
        groups=mqtt.groups,
        discovery=mqtt.discovery,
    )
    tried = msgspec.to_builtins(topics) if by_hand else None
    asked = {"address": plain(address), "topics": tried}
    where = f"The broker {address.host}:{address.port}"
    try:
        found: dict[str, Any] = ask("edge.errands_mqtt:broker", asked, isolated=False)
    except ErrandError as error:
        found = {"wrong": str(error)}
    if found["wrong"] is not None:
        wrong = " and ".join([found["wrong"].rstrip("."), *found.get("ending", ())])
        mend = "Check mqtt.host, port, username and tls, and that the broker runs."
        return _check("fail", f"{where} cannot be used: {wrong}.", mend)
    return told(where, address, topics, found, list(_open_to_others(mqtt)), running=running)


def told(
    where: str,
    address: Address,
    topics: Topics,
    found: Mapping[str, Any],
    open_files: list[str],
    *,
    running: bool,
) -> Check:
    """It lets us in: what is wrong all the same?"""
    if found["refused"]:
        refused = "; it does not allow us ".join(["", *found["refused"]])
        mend = f"Name the user like the box ({topics.id}), or look at the broker's acl: {_PAGE}."
        return _check("fail", f"{where} lets us in{refused}.", mend)
    cautions: list[tuple[str, str]] = []
    if address.exposed:
        told = "our password crosses the network in the open"
        cautions.append((told, "Set mqtt.tls = true."))
    cautions += [(f"{one}", f"Renew it: {_PAGE}.") for one in found["ending"]]
    cautions += [(one, "Give it to the box's user, with mode 0600.") for one in open_files]
    if found["online"] and not running:
        told = f"a box {topics.id} is there, though none runs here"
        cautions.append((told, "If another box uses this id, give each its own in [box] id."))
    if not cautions:
        return _check("ok", f"{where} lets us in, and does what a box needs.")
    text = "; ".join(told for told, _ in cautions)
    mends = dict.fromkeys(mend for _, mend in cautions)
    return _check("warn", f"{where} lets us in, but {text}.", " ".join(mends))


def _none(*, suggest: bool) -> Check:
    """No broker is configured: is there one to suggest? It is told of, and never spoken to."""
    told = "mqtt.host is empty: it tells no broker."
    found: list[dict[str, Any]] = []
    if suggest:
        try:
            found = ask("edge.errands_mqtt:nearby", SUGGEST_S, isolated=False)
        except ErrandError:
            found = []  # no network, or none that may be asked: nothing to suggest
    if not found:
        return _check("skip", told)
    names = ", ".join(map(_suggestion, found))
    mend = "If one of these is yours: mqtt.host, port, tls. Anybody can announce one."
    return _check("skip", f"{told} These announce themselves on this network: {names}.", mend)


def _suggestion(one: Mapping[str, Any]) -> str:
    how = "with TLS" if one["tls"] else "without TLS"
    return f"{one['host']}:{one['port']} {how} ({one['name']}, {one['address']})"


def _open_to_others(mqtt: MqttConfig) -> Iterator[str]:
    for name in ("password_file", "key_file"):
        file = getattr(mqtt, name)
        if file and Path(file).stat().st_mode & _OTHERS:
            yield f"every user of this machine can read mqtt.{name}"


def plain(address: Address) -> dict[str, Any]:
    """For the child's standard input, which nobody else can read."""
    secret: Secret | None = address.password
    fields = {name: getattr(address, name) for name in address.__struct_fields__}
    return fields | {"password": None if secret is None else secret.reveal()}


def _check(status: Status, message: str, mend: str | None = None) -> Check:
    return Check(name="broker", status=status, message=message, mend=mend)
