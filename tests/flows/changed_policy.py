"""The example policy with something else in it, in force."""

from __future__ import annotations

from bot.policy_folder import read_policy_folder
from handlers.flows.ports import Ports
from tests.conftest import POLICY
from tests.support.policies import enacted

Edit = tuple[str, str, str]
"""A file, a text in it, and what stands there instead."""

PEOPLE_OF_EMEA = "elif", "fionn", "giulia", "hugo"


def put_in_force(ports: Ports, *edits: Edit) -> None:
    """Adopt the example policy with these edits."""
    files = dict(read_policy_folder(POLICY))
    for file, old, new in edits:
        assert old in files[file], (file, old)
        files[file] = files[file].replace(old, new)
    with ports.database.writing() as work:
        enacted(ports, work, files)


def only(*people: str) -> Edit:
    """The pool of EMEA's SDRs with these people alone."""
    members = "\n".join(f"      - {{person: {who}}}" for who in people)
    old = """      - {person: elif, weight: 2}
      - {person: fionn, weight: 2}
      - {person: giulia, weight: 2}
      - {person: hugo, weight: 1}          # started this quarter: half a share
"""
    return "pools.yml", old, members + "\n"


def open_cap(person_line_end: str, cap: str) -> Edit:
    """Everybody whose row ends so has this cap of open leads."""
    return "people.csv", person_line_end, person_line_end.replace("400,300,1000", cap)


def emea(outside: str) -> Edit:
    """What the pool of EMEA's SDRs does outside hours."""
    old = "    name: EMEA SDRs\n"
    return "pools.yml", old, f"{old}    outside_hours: {outside}\n"
