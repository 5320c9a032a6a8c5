"""Whether the parts of a policy fit each other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from routing.policy.check import check
from routing.policy.reading.errors import PolicyErrors
from routing.policy.reading.load import load_policy, load_policy_with_warnings
from routing.policy.tables.calendars import Calendar, Window
from routing.policy.tables.company import Company
from routing.policy.tables.exceptions import ExceptionPolicy
from routing.policy.tables.pools import Member
from routing.policy.tables.queues import Queue
from routing.policy.tables.scoring import EventPoints, QualityPolicy, Scoring, Weights
from routing.policy.tables.segments import Segment
from routing.policy.tables.sla import Sla
from routing.policy.tables.sources import SourcePolicy
from routing.policy.tables.stages import Transition
from routing.policy.tables.territories import TerritoryRow
from tests.routing.builders import (
    a_lifecycle,
    a_person,
    a_point_rule,
    a_policy,
    a_pool,
    a_rule,
    an_sla_rule,
    example_files,
)


def _problems(severity: str = "error", /, **stated: object) -> list[str]:
    return [str(p) for p in check(a_policy(**stated)) if p.severity == severity]


def _people(**stated: object) -> dict[str, object]:
    """Anna with these columns, and Ben."""
    return {"people": (a_person("anna", **stated), a_person("ben"))}


def _window(opens: int, closes: int) -> Window:
    return Window(opens=opens, closes=closes)


def _calendars(**stated: object) -> dict[str, object]:
    odd = Calendar.model_validate({"id": "odd"} | stated)
    return {"calendars": (Calendar(id="always", always=True), odd)}


def _sources(**stated: object) -> dict[str, object]:
    usual = {"id": "odd", "kind": "web", "key": "odd", "name": "Odd"}
    website = SourcePolicy(id="website", kind="web", key="website", name="Website")
    return {"sources": (website, SourcePolicy.model_validate(usual | stated))}


def _mailbox(**stated: object) -> dict[str, object]:
    return _sources(kind="email", secret_env="MAIL_SECRET", mail=stated)


def _imap(**stated: object) -> dict[str, object]:
    return {"host": "imap.ours.com", "user_env": "U", "password_env": "P"} | stated


def _territories(*rows: tuple[str, ...]) -> dict[str, object]:
    names = ("territory", "country", "region", "city")
    parsed = [dict(zip(names, row, strict=False)) for row in rows]
    return {"territories": tuple(TerritoryRow.model_validate(row) for row in parsed)}


def _lifecycle(**stated: object) -> dict[str, object]:
    return {"lifecycle": a_lifecycle().model_copy(update=stated)}


def _points(**when: object) -> dict[str, object]:
    return {"scoring": Scoring(points=(a_point_rule("p", 1, **when),), high=60, medium=30)}


def _twice(*points: int) -> dict[str, object]:
    """Rules a, b ... with one condition, written in another order and case."""
    words = (["US", "DE"], ["de", "us"])
    rules = tuple(
        a_point_rule(name, n, field="country", is_in=words[i % 2])
        for i, (name, n) in enumerate(zip("abc", points, strict=False))
    )
    return {"scoring": Scoring(points=rules, high=60, medium=30)}


def _visit(kind: str = "visit", points: int = 5) -> EventPoints:
    return EventPoints(kind=kind, label="Visit", points=points, cap=9, half_life=timedelta(days=7))


def _engagement(*rules: EventPoints, weight: int = 100) -> dict[str, object]:
    weights = Weights(engagement=weight)
    return {"scoring": Scoring(points=(), engagement=rules, weights=weights, high=60, medium=30)}


def _quality(**stated: object) -> dict[str, object]:
    quality = QualityPolicy.model_validate(stated)
    return {"scoring": Scoring(points=(), quality=quality, high=60, medium=30)}


def test_a_sound_policy_has_no_errors() -> None:
    """The builder's policy is one to start from."""
    assert _problems() == []


HINT = "did you mean"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (_people(manager="bn"), f"people.csv: unknown person 'bn' ({HINT} 'ben'?)"),
        (_people(manager="anna"), "people.csv: managers in a circle: anna -> anna"),
        (_people(calendar="offce"), f"people.csv: unknown calendar 'offce' ({HINT} 'office'?)"),
        (
            _people(time_zone="Europe/Berln"),
            f"people.csv: unknown time zone 'Europe/Berln' ({HINT} 'Europe/Berlin'?)",
        ),
        (_people(email="anna"), "people.csv: 'anna' is not an e-mail address"),
        (_people(email="BEN@meridian.example"), "e-mail 'ben@meridian.example' is also that of"),
        (_people(slack_user="U0TESTBEN"), "Slack user 'U0TESTBEN' is also that of 'anna'"),
        (_people(slack_user="anna"), "'anna' is not a Slack user id such as U0SDRANNA"),
        (_people(open_cap=-1), "people.csv: open_cap cannot be negative"),
        ({"people": (a_person("anna"),) * 2 + (a_person("ben"),)}, "id 'anna' appears twice"),
        ({"people": (a_person("anna"), a_person("ben"), a_person("Bo B"))}, "id 'Bo B' must be"),
        (
            {"company": Company(name="x", managers_channel="#leads")},
            "company.yml: '#leads' is not a Slack channel id",
        ),
        (_territories(("x", "XX")), "territories.csv: unknown country 'XX'"),
        (_territories(("x", "de")), "territories.csv: unknown country 'de'"),
        (_territories(("x", "DE", "US-CA")), "region 'US-CA' is not in country 'DE'"),
        (_territories(("x", "DE", "DE-XX")), "unknown region 'DE-XX'"),
        (_territories(("x", "*", "", "Paris")), "a region or city needs its country, not *"),
        (_territories(("x", "FR"), ("x", "FR")), "territories.csv: this row appears twice"),
        ({"segments": (Segment(id="s", name="S", min_size=9, max_size=1),)}, "no lead fits"),
        ({"segments": (Segment(id="s", name="S", min_size=-1),)}, "min_size cannot be negative"),
        (
            {"scoring": Scoring(points=(), high=30, medium=30)},
            "scoring.yml: medium must be below high",
        ),
        (_points(field="contry", present=True), f"unknown field 'contry' ({HINT} 'country'?)"),
        (_points(field="score", at_least=1), "unknown field 'score'"),
        (_points(field="city", at_least=1), "'city' is not a number"),
        (_points(field="city"), "the condition states nothing to hold"),
        (_points(field="source", is_in=["websit"]), f"unknown source 'websit' ({HINT} 'website'?)"),
        (_points(field="known_owner", is_in=["ana"]), f"unknown person 'ana' ({HINT} 'anna'?)"),
        (_points(field="country", is_in=["Germany"]), "'Germany' is not a value of 'country'"),
        (_points(field="region", is_in=["DE-XX"]), "'DE-XX' is not a value of 'region'"),
        (
            _points(field="industry", is_in=["retial"]),
            f"'retial' is not a value of 'industry' ({HINT} 'retail'?)",
        ),
        (_points(field="role_mailbox", is_in=["yes"]), "'yes' is not a value of 'role_mailbox'"),
        (_points(field="company_size", at_least=9, at_most=1), "no lead fits: its bounds exclude"),
        (_points(field="city", present=False, is_in=["Rome"]), "no lead fits: its bounds exclude"),
        (_twice(5, -5), "scoring.yml: 'b' has the condition of 'a' and says the opposite"),
        (_engagement(_visit(), _visit()), "scoring.yml: id 'visit' appears twice"),
        (_engagement(_visit("Visit")), "scoring.yml: id 'Visit' must be made of"),
        (_engagement(_visit(points=-20)), "scoring.yml: cap 9 is less than one event gives (20)"),
        (_quality(fields={"emial": 1}), f"scoring.yml: unknown field 'emial' ({HINT} 'email'?)"),
        (
            _points(field="title_tier", is_in=["vpp"]),
            f"'vpp' is not a value of 'title_tier' ({HINT} 'vp'?)",
        ),
        ({"rules": (a_rule(territory="dch"),)}, f"unknown territory 'dch' ({HINT} 'dach'?)"),
        ({"rules": (a_rule(segment="smal"),)}, f"unknown segment 'smal' ({HINT} 'small'?)"),
        ({"rules": (a_rule(band="hi"),)}, "rules.csv: unknown band 'hi'"),
        ({"rules": (a_rule(source="web"),)}, "rules.csv: unknown source 'web'"),
        ({"rules": (a_rule(send_to="queue:hold"),)}, "rules.csv: unknown queue 'hold'"),
        ({"pools": (a_pool(),)}, "pools.yml: pool 'emea' has no members"),
        ({"pools": (a_pool("anna", "anna"),)}, "pools.yml: 'anna' is twice in pool 'emea'"),
        ({"pools": (a_pool("anna", channel="x"),)}, "pools.yml: 'x' is not a Slack channel id"),
        (
            {"queues": (Queue(id="incoming", name="I", owner="ana", age_limit="1h"),)},
            f"queues.yml: unknown person 'ana' ({HINT} 'anna'?)",
        ),
        (
            {"queues": (Queue(id="incoming", name="I", owner="anna", age_limit="0h"),)},
            "queues.yml: age_limit must be longer than nothing",
        ),
        (
            {"queues": (Queue(id="incoming", name="I", owner="anna", age_limit="1h"),)},
            "queue id 'incoming' is kept for leads not yet decided",
        ),
        (_calendars(), "calendars.yml: calendar 'odd' never opens"),
        (_calendars(weekly={0: ()}), "calendars.yml: calendar 'odd' never opens"),
        (_calendars(always=True, weekly={0: (_window(1, 2),)}), "choose one"),
        (_calendars(weekly={7: (_window(1, 2),)}), "7 is not a day of the week"),
        (_calendars(weekly={0: (_window(2, 1),)}), "this window closes before it opens"),
        (_calendars(weekly={0: (_window(1, 9), _window(8, 12))}), "overlaps the one before it"),
        ({"sla": Sla(rules=(an_sla_rule(segment="smal"),))}, "sla.yml: unknown segment 'smal'"),
        ({"sla": Sla(rules=(an_sla_rule(band="hgh"),))}, f"unknown band 'hgh' ({HINT} 'high'?)"),
        ({"sla": Sla(rules=(an_sla_rule(acknowledge="5h"),))}, "first_touch is due before"),
        (_lifecycle(working="wrking"), f"unknown stage 'wrking' ({HINT} 'working'?)"),
        (_lifecycle(transitions=()), "the move from 'new' to 'acknowledged' is missing"),
        (
            _lifecycle(transitions=(Transition(source="new", target="won"),)),
            "stages.yml: unknown stage 'won'",
        ),
        (
            _lifecycle(transitions=(Transition(source="new", target="lost", by=()),)),
            "nobody may make this move",
        ),
        (_sources(id="website"), "sources.yml: id 'website' appears twice"),
        (_sources(key="website"), "there are two web sources with the key 'website'"),
        (_sources(fields={"job_titel": "x"}), f"unknown field 'job_titel' ({HINT} 'job_title'?)"),
        (_sources(default_region="EU"), "sources.yml: unknown country 'EU'"),
        (_sources(secret_env="my secret"), "is not the name of an environment variable"),
        (_sources(kind="partner"), "partner source 'odd' needs secret_env"),
        (_sources(kind="email"), "email source 'odd' needs secret_env"),
        (_sources(envelope="data"), "'envelope' is for partner sources"),
        (_sources(kind="import", honeypot="url2"), "'honeypot' is for web sources"),
        (_sources(mail={"own_domains": ["ours.com"]}), "'mail' is for email sources"),
        (_sources(honeypot="email"), "'email' is a field that people fill in"),
        (_sources(fields={"name": "nom"}, honeypot="nom"), "'nom' is a field that people fill in"),
        (_sources(origins=["https://a.com/x"]), "'https://a.com/x' is not an origin"),
        (_mailbox(labels={"compani": ["Firm"]}), f"unknown field 'compani' ({HINT} 'company'?)"),
        (_mailbox(own_domains=["@ours.com"]), "'@ours.com' is not a domain"),
        (_mailbox(imap=_imap(tls="none")), "would send the password in the clear"),
        (_mailbox(imap=_imap(password_env="secret")), "is not the name of an environment variable"),
        (
            {"exceptions": ExceptionPolicy(required_fields=("email|fone",))},
            f"exceptions.yml: unknown field 'fone' ({HINT} 'phone'?)",
        ),
        ({"exceptions": ExceptionPolicy(unrouted=("mars",))}, "unknown territory 'mars'"),
    ],
)
def test_each_kind_of_error_is_found(stated: dict[str, object], expected: str) -> None:
    """What cannot work is refused, with the nearest known name where one is near."""
    assert any(expected in problem for problem in _problems(**stated))


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (
            {"people": (a_person("anna"), a_person("ben"), a_person("eve"))},
            "people.csv: Eve (sdr) is in no pool",
        ),
        (_people(manager="ben"), "Ben is the manager of Anna but has the role sdr"),
        (_twice(5, 5), "scoring.yml: 'b' has the condition of 'a': both points are given"),
        (_engagement(_visit(), weight=0), "scoring.yml: engagement counts 0 per cent"),
        (
            {"people": tuple(a_person(n, active=False) for n in ("anna", "ben"))},
            "pools.yml: nobody in pool 'emea' is active",
        ),
        (
            {"sla": Sla(rules=(an_sla_rule(band="high"),))},
            "sla.yml: no SLA rule for every lead: some start no clock",
        ),
    ],
)
def test_what_is_worth_a_look_is_a_warning(stated: dict[str, object], expected: str) -> None:
    """Warnings do not refuse the policy."""
    assert any(expected in problem for problem in _problems("warning", **stated))
    assert not _problems(**stated)


def test_a_territory_left_to_people_on_purpose_is_no_warning() -> None:
    """`unrouted` says that no rule is meant to cover it."""
    stated: dict[str, object] = {
        "rules": (a_rule(territory="dach"),),
        "exceptions": ExceptionPolicy(unrouted=("france",)),
    }

    assert not any("france" in problem for problem in _problems("warning", **stated))


def test_a_circle_of_managers_is_reported_once() -> None:
    """At the first of its people, with the whole circle."""
    people = (
        a_person("anna", manager="ben", role="manager"),
        a_person("ben", manager="carl", role="manager"),
        a_person("carl", manager="ben", role="manager"),
    )

    found = [p for p in _problems(people=people) if "circle" in p]

    assert found == ["people.csv: managers in a circle: ben -> carl -> ben"]


def test_a_person_may_be_in_several_pools() -> None:
    """With a weight of their own in each."""
    pools = (a_pool("anna", "ben"), a_pool(Member(person="anna", weight=3), id="other"))

    assert _problems(pools=pools) == []


def test_errors_and_warnings_know_their_lines() -> None:
    """Nested values too: a member of a pool, a window of a day, a move of a stage."""
    files = example_files()
    edits = {
        "pools.yml": ("{person: mateo, weight: 1}", "{person: matteo, weight: 1}"),
        "calendars.yml": (
            '2026-12-31: ["09:00-13:00"]',
            '2026-12-31: ["09:00-13:00", "12:00-14:00"]',
        ),
        "stages.yml": ("{source: disqualified, target: new", "{source: disqualifed, target: new"),
        "exceptions.yml": ("- apac", "- apax"),
        "territories.csv": ("apac,NZ,,", "apac,NZZ,,"),
    }
    expected = []
    for name, (old, new) in edits.items():
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)
        lines = files[name].splitlines()
        expected.append((name, next(i for i, line in enumerate(lines, 1) if new in line)))

    with pytest.raises(PolicyErrors) as refused:
        load_policy(files)

    assert {(e.file, e.line) for e in refused.value.errors} == set(expected)


def test_an_empty_file_is_wrong_in_its_first_line() -> None:
    """Even what is not there has a line to look at."""
    with pytest.raises(PolicyErrors) as refused:
        load_policy(example_files() | {"company.yml": "", "rules.csv": ""})

    assert {(e.file, e.line) for e in refused.value.errors} == {
        ("company.yml", 1),
        ("rules.csv", 1),
    }


def test_a_warning_keeps_its_line() -> None:
    """A person in no pool is found at their row, and the policy is loaded all the same."""
    files = example_files()
    row = "zoe,Zoe Park,zoe@meridian.example,U0SDRZOEP,sdr,renata,UTC,always,yes,,,,\n"
    files["people.csv"] += row

    policy, warnings = load_policy_with_warnings(files)

    assert policy.person_by_id["zoe"].open_cap is None
    line = files["people.csv"].count("\n")
    assert [str(w) for w in warnings] == [f"people.csv:{line}: Zoe Park (sdr) is in no pool"]
