"""deploy/home-assistant.md says what the code says."""

from __future__ import annotations

import re

import pytest

from tests.home_assistant.page import PAGE, blocks, entities, table, written

OWN = {"light.kitchen", "media_player.kitchen", "sensor.kitchen_level"}
"""What the page's owner has, and what the page makes."""


def test_the_table_is_current() -> None:
    assert written() == table(), "run python -m tests.home_assistant.page"


@pytest.mark.parametrize("number", range(4))
def test_the_examples_name_entities_that_are_there(number: int) -> None:
    there = {entity["default_entity_id"] for entity in entities().values()} | OWN
    named = set(re.findall(r"\b[a-z_]+\.kitchen[a-z_]*", blocks()[number]))
    assert named
    assert named <= there


def test_there_are_no_more_examples_than_are_tried() -> None:
    assert len(blocks()) == 4
    assert PAGE.read_text(encoding="utf-8").count("```yaml") == 4
