"""The one table of commands and settings, and the door at which all of them are checked.

Topics, `info`, discovery, `moodbox ctl`, the checks and the documentation are made of the table;
nothing of it is listed twice.
"""

from edge.commands.actions import ACTIONS, COUNT, Action
from edge.commands.door import LARGEST_REQUEST, LARGEST_SET, Asked, parse_request, parse_set
from edge.commands.kinds import Argument
from edge.commands.settings import SETTINGS, Setting
from edge.commands.table import BY_NAME, COMMANDS, NAMES, REQUESTS, TABLE, Entry

__all__ = [
    "ACTIONS",
    "BY_NAME",
    "COMMANDS",
    "COUNT",
    "LARGEST_REQUEST",
    "LARGEST_SET",
    "NAMES",
    "REQUESTS",
    "SETTINGS",
    "TABLE",
    "Action",
    "Argument",
    "Asked",
    "Entry",
    "Setting",
    "parse_request",
    "parse_set",
]
