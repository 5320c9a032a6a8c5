"""Whom the words of a command are about, when they begin with a person (S4)."""

from __future__ import annotations

import re
from contextlib import suppress

from handlers.flows.refusals import NotFoundError
from handlers.flows.steps.find_person import find_person, people_called
from routing.absence_end import starts_like_a_time
from routing.people import Person
from routing.policy.model import Policy

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
LONGEST = 6
"""Words of a name."""


def named_first(policy: Policy, words: str, *, bare: bool) -> tuple[Person | None, str]:
    """The person that the words begin with, and what follows; None and all the words when they
    begin with nobody.

    A mention, or `@` and a name or a part of it that only one person has; with `bare`, a whole
    name, e-mail address or id without the `@`, too. Raises NotFoundError for who is nobody, and
    where a bare word may be a person or the beginning of a reason.
    """
    words = words.strip()
    if mention := _MENTION.match(words):
        return _of_slack(policy, mention[1]), words[mention.end() :].strip()
    if re.match(r"@\S", words):
        return _at(policy, words[1:].split())
    return _bare(policy, words.split()) if bare else (None, words)


def mentioned(policy: Policy, words: str) -> Person | None:
    """The person whom a mention, which is all the words, means. Raises NotFoundError for who is
    nobody in the policy.
    """
    mention = _MENTION.fullmatch(words.strip())
    return _of_slack(policy, mention[1]) if mention else None


def _of_slack(policy: Policy, slack_user: str) -> Person:
    person = policy.person_by_slack_user.get(slack_user)
    if person is None:
        raise NotFoundError(f"Nobody in the policy has the Slack id {slack_user}.")
    return person


def _at(policy: Policy, words: list[str]) -> tuple[Person, str]:
    for count in range(min(len(words), LONGEST), 0, -1):
        with suppress(NotFoundError):
            return find_person(policy, " ".join(words[:count])), " ".join(words[count:])
    return find_person(policy, words[0]), ""


def _bare(policy: Policy, words: list[str]) -> tuple[Person | None, str]:
    for count in range(min(len(words), LONGEST), 0, -1):
        found, rest = people_called(policy, " ".join(words[:count])), " ".join(words[count:])
        if len(found) == 1:
            if count == 1 and "@" not in words[0] and rest and not starts_like_a_time(rest):
                raise NotFoundError(
                    f"Is this about {found[0].name}? Then begin with @{words[0]}; else begin your "
                    "reason with another word."
                )
            return found[0], rest
    if words and "@" in words[0]:
        raise NotFoundError(f"Nobody in the policy has the e-mail address {words[0]}.")
    return None, " ".join(words)
