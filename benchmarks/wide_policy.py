"""The example policy with more people, so that Slack's pace for one channel holds nothing back."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import yaml

from benchmarks.program import POLICY

EXAMPLE = POLICY


def widen(folder: Path, twins: int) -> Path:
    """A copy of the example in which every member of a pool has this many twins beside them."""
    copy = folder / "policy"
    shutil.copytree(EXAMPLE, copy)
    pools = yaml.safe_load((EXAMPLE / "pools.yml").read_text(encoding="utf-8"))
    members = {member["person"] for pool in pools["pools"] for member in pool["members"]}
    for pool in pools["pools"]:
        pool["members"] = [
            twin
            for member in pool["members"]
            for twin in [member, *_numbered(member, "person", twins)]
        ]
    (copy / "pools.yml").write_text(yaml.safe_dump(pools), encoding="utf-8")
    _widen_people(copy / "people.csv", members, twins)
    return copy


def _numbered(member: dict[str, Any], key: str, twins: int) -> list[dict[str, Any]]:
    return [member | {key: f"{member[key]}-{number}"} for number in range(1, twins + 1)]


def _widen_people(table: Path, members: set[str], twins: int) -> None:
    lines = [x for x in table.read_text(encoding="utf-8").splitlines() if not x.startswith("#")]
    people = list(csv.DictReader(lines))
    added = [
        person
        | {
            "id": f"{person['id']}-{number}",
            "name": f"{person['name']} {number}",
            "email": f"{number}.{person['email']}",
            "slack_user": f"{person['slack_user']}{number}",
        }
        for person in people
        if person["id"] in members
        for number in range(1, twins + 1)
    ]
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(people[0]))
        writer.writeheader()
        writer.writerows(people + added)


def reps_of(policy: Path) -> int:
    """How many people are members of a pool."""
    pools = yaml.safe_load((policy / "pools.yml").read_text(encoding="utf-8"))
    return len({member["person"] for pool in pools["pools"] for member in pool["members"]})
