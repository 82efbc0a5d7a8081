"""Prints what stands for everything that the locks are made from; each lock carries it."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent


def fingerprint() -> str:
    """Changes with the dependency lists, the supported Pythons, the overrides and the command."""
    pyproject = tomllib.loads((HERE.parent.parent / "pyproject.toml").read_text())
    project, groups = pyproject["project"], pyproject["dependency-groups"]
    lists = [project["requires-python"], project["dependencies"], groups]
    digest = hashlib.sha256(json.dumps(lists, sort_keys=True).encode())
    digest.update((HERE / "overrides.txt").read_bytes())
    digest.update((HERE.parent / "lock").read_bytes())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    print(fingerprint())
