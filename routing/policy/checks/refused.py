"""What else is wrong with an entry that was refused: its other values are checked all the same, so
that nobody mends one only to hear of the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from routing.policy.checks import names
from routing.policy.checks.people import email, slack_channel, slack_user, time_zone
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError
from routing.policy.reading.origins import FileOrigin, Names, Origins
from routing.policy.reading.read_yaml import Path
from routing.policy.tables.rules import ANY, Target


@dataclass(frozen=True)
class Refused:
    """An entry that is not of its form; `stated` are its values that no error stands against."""

    file: str
    origin: FileOrigin
    path: Path
    stated: Mapping[str, object]


class _Desk:
    """What one entry is checked with; names that the policy defines are collected once."""

    def __init__(self, policy: Policy, origins: Origins) -> None:
        self.policy, self.origins = policy, origins
        self._homes: dict[Home, Names] = {}

    def about(self, entry: Refused) -> Origins:
        """Origins in which this entry is the only one of its file."""
        alone = replace(entry.origin, items=[entry.path])
        return Origins(self.origins.files | {entry.file: alone})

    def names(self, home: Home) -> Names:
        if home not in self._homes:
            self._homes[home] = home(self.policy)
        return self._homes[home]


Home = Callable[[Policy], Names]
OfItself = Callable[[Origins, str, Path, str], Iterator[PolicyError]]
"""The problems of a text that needs no other file to be judged."""


def problems(policy: Policy, origins: Origins, refused: Iterable[Refused]) -> Iterator[PolicyError]:
    desk = _Desk(policy, origins)
    for entry in refused:
        stated = {name: text for name, text in entry.stated.items() if isinstance(text, str)}
        where, start = desk.about(entry), (0,) if entry.path else ()
        for name, check in FORMS.get(entry.file, {}).items():
            if name in stated:
                yield from check(where, entry.file, (*start, name), stated[name])
        for name, home in NAMES.get(entry.file, {}).items():
            if stated.get(name, ANY) != ANY:
                names_of = desk.names(home)
                yield from where.unknown(entry.file, (*start, name), stated[name], names_of)
        if entry.file == "rules.csv" and "send_to" in stated:
            yield from _target(desk, where, stated["send_to"])


def _target(desk: _Desk, where: Origins, text: str) -> Iterator[PolicyError]:
    sent = Target.model_validate(text)
    if sent.id is not None:
        home = names.pools if sent.kind == "pool" else names.queues
        yield from where.unknown("rules.csv", (0, "send_to"), sent.id, desk.names(home))


FORMS: Mapping[str, Mapping[str, OfItself]] = {
    "people.csv": {"email": email, "slack_user": slack_user, "time_zone": time_zone},
    "pools.yml": {"channel": slack_channel, "time_zone": time_zone},
    "company.yml": {"managers_channel": slack_channel, "default_time_zone": time_zone},
}
"""Values that must be written in a certain way."""

NAMES: Mapping[str, Mapping[str, Home]] = {
    "people.csv": {"manager": names.people, "calendar": names.calendars},
    "rules.csv": {
        "territory": names.territories,
        "segment": names.segments,
        "band": names.bands,
        "source": names.sources,
    },
    "absences.csv": {"person": names.people},
    "pools.yml": {"calendar": names.calendars, "waits_in": names.queues},
    "queues.yml": {"owner": names.people},
}
"""Values that name what another table defines."""
