"""deploy/home-assistant.md: its table, made from the code, and its YAML for Home Assistant.

`python -m tests.home_assistant.page` writes the table anew.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from edge.commands import TABLE
from edge.mqtt.homeassistant import discovery
from edge.mqtt.topics import About, Topics

PAGE: Final = Path(__file__).resolve().parents[2] / "deploy" / "home-assistant.md"
_BEGIN = "<!-- entities: made by `python -m tests.home_assistant.page` -->\n"
_END = "<!-- end of entities -->\n"
_SHOWN: Final = {
    "mood": "The mood that the music follows; how sure it is as its attribute `confidence`.",
    "presence": "Whether somebody is there.",
    "people": "How many faces it sees.",
    "title": "The song's title.",
    "artist": "Whose song it is.",
    "player": "playing, paused or stopped.",
    "event": "What has just happened.",
    "temperature": "The processor's temperature; diagnostic.",
    "last_fault": "Which part failed last, and how; diagnostic.",
}


def entities() -> dict[str, Any]:
    """Those of a box called kitchen."""
    topics = Topics(prefix="moodbox", id="kitchen", discovery=True)
    cmps: dict[str, Any] = discovery(About(version="", id="kitchen", name=""), topics)["cmps"]
    return cmps


def table() -> str:
    """One line for each entity."""
    obeyed = {topic_name(entry.name): entry.about for entry in TABLE}
    lines = ["| entity | |", "| --- | --- |"]
    for entity in entities().values():
        key = entity["unique_id"].removeprefix("moodbox_kitchen_")
        about = _SHOWN.get(key) or obeyed[entity["command_topic"]]
        lines.append(f"| `{entity['default_entity_id']}` | {about} |")
    return "".join(f"{line}\n" for line in lines)


def topic_name(name: str) -> str:
    return f"moodbox/kitchen/{name}/set"


def written() -> str:
    """The table as the page has it."""
    return PAGE.read_text(encoding="utf-8").partition(_BEGIN)[2].partition(_END)[0]


def blocks() -> list[str]:
    """The page's YAML: configuration, card, and two automations."""
    return re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


if __name__ == "__main__":
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    PAGE.write_text(before + _BEGIN + table() + _END + rest.partition(_END)[2], encoding="utf-8")
