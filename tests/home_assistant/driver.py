"""A whole Home Assistant in one process, run by its own Python 3.13; obeys lines of JSON on stdin.

Started with its configuration folder as the only word. Each line is `{"do": …}` with arguments, and
is answered by one line: `{"ok": …}` or `{"error": …}`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant import bootstrap
from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry, entity_registry
from homeassistant.helpers.json import json_bytes
from homeassistant.helpers.template import Template
from homeassistant.runner import RuntimeConfig

Json = dict[str, Any]


async def connect(hass: HomeAssistant, asked: Json) -> str:
    """The mqtt integration, as somebody sets it up in the panel."""
    flow = await hass.config_entries.flow.async_init("mqtt", context={"source": "user"})
    where = {"broker": asked["host"], "port": asked["port"]}
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], where)
    return str(result["type"])


async def states(hass: HomeAssistant, _asked: Json) -> Json:
    return {
        state.entity_id: {"state": state.state, "attributes": dict(state.attributes)}
        for state in hass.states.async_all()
    }


async def entities(hass: HomeAssistant, _asked: Json) -> Json:
    """What the mqtt integration made, by unique id."""
    return {
        entry.unique_id: {
            "entity_id": entry.entity_id,
            "category": entry.entity_category,
            "device": entry.device_id,
        }
        for entry in entity_registry.async_get(hass).entities.values()
        if entry.platform == "mqtt"
    }


async def devices(hass: HomeAssistant, _asked: Json) -> Json:
    return {
        device.id: {
            "name": device.name,
            "sw_version": device.sw_version,
            "maker": device.manufacturer,
        }
        for device in device_registry.async_get(hass).devices.values()
        if any(domain == "mqtt" for domain, _ in device.identifiers)
    }


async def call(hass: HomeAssistant, asked: Json) -> None:
    domain, _, service = asked["service"].partition(".")
    await hass.services.async_call(domain, service, asked["data"], blocking=True)


async def render(hass: HomeAssistant, asked: Json) -> str:
    return str(Template(asked["template"], hass).async_render(parse_result=False))


async def notifications(hass: HomeAssistant, _asked: Json) -> list[str]:
    found = persistent_notification._async_get_or_create_notifications(hass)
    return [one["message"] for one in found.values()]


async def dashboard(hass: HomeAssistant, _asked: Json) -> Any:
    """The dashboard in YAML, as the panel gets it."""
    from homeassistant.components.lovelace.const import LOVELACE_DATA

    return await hass.data[LOVELACE_DATA].dashboards[None].async_load(False)


DOES: dict[str, Callable[[HomeAssistant, Json], Awaitable[Any]]] = {
    one.__name__: one
    for one in (connect, states, entities, devices, call, render, notifications, dashboard)
}


async def main(folder: str) -> None:
    hass = await bootstrap.async_setup_hass(RuntimeConfig(config_dir=folder, skip_pip=True))
    assert hass is not None
    assert not hass.config.recovery_mode
    await hass.async_start()
    lines = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(lines)
    await hass.loop.connect_read_pipe(lambda: protocol, sys.stdin)
    say({"ok": "started"})
    while line := await lines.readline():
        asked = json.loads(line)
        try:
            say({"ok": await DOES[asked["do"]](hass, asked)})
        except Exception as error:  # noqa: BLE001 - whatever it is, the test is told
            say({"error": f"{type(error).__name__}: {error}"})
    await hass.async_stop(force=True)


def say(answer: Json) -> None:
    sys.stdout.buffer.write(json_bytes(answer) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
