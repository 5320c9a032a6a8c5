"""Enrichment fills what is open, once, with its origin, and never holds a lead up (I8, R5, G6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.flows.ports import Ports
from handlers.flows.working.set_switch import set_switch
from routing.lead import ENRICHMENT_FAILED, INCOMING, Lead
from routing.policy.tables.enrichment import Provider
from routing.provenance import Origin, Provenance
from storage.audit import Actor, AuditEntry
from tests.flows.builders import actions, receive, the_lead
from tests.support.engine import WaitingEngine
from tests.support.enrichers import (
    Answers,
    WrittenEnrichers,
    adopt_enrichment,
    down,
    enrichment_file,
)
from tests.support.messenger import KeepingMessenger


def worked(ports: Ports, engine: WaitingEngine, given: WrittenEnrichers, **fields: object) -> Lead:
    """A lead that came in while these providers answered, at its place."""
    receive(ports, **fields)
    engine.run_all(replace(ports, enrichers=given))
    return the_lead(ports)


def again(ports: Ports, engine: WaitingEngine, given: WrittenEnrichers) -> Lead:
    """The same lead, put back into the incoming queue and worked."""
    with ports.database.writing() as work:
        lead = work.leads.lock(the_lead(ports).id)
        lead = lead.model_copy(update={"place": "queue", "queue": INCOMING, "owner": None})
        work.leads.save(lead, ports.clock.now())
        assignment = work.assignments.current(lead.id)
        if assignment is not None:
            work.assignments.end(assignment.id, ports.clock.now())
        key = f"again:{ports.clock.now():%d%H%M%S}"
        ports.engine.submit(work, "work_lead", lead.id, key=lead.id, work_id=key)
    engine.run_all(replace(ports, enrichers=given))
    return the_lead(ports)


def entries(ports: Ports, lead: Lead, action: str) -> list[AuditEntry]:
    with ports.database.reading() as work:
        return [entry for entry in work.audit.of(f"lead:{lead.id}") if entry.action == action]


def forward(ports: Ports, **by: int) -> None:
    ports.clock.forward(timedelta(**by))  # type: ignore[attr-defined]


def test_only_what_is_missing_is_filled(ports: Ports, engine: WaitingEngine) -> None:
    """What the sender said stays; what the provider added carries its origin."""
    given = WrittenEnrichers(
        directory={"company_size": 7000, "industry": "retail", "company": "Wrong"}
    )
    lead = worked(ports, engine, given, company_size=None)

    assert (lead.company, lead.company_size, lead.industry) == ("Acme Widgets", 7000, "retail")
    origin = Provenance(origin="provider", by="directory", at=ports.clock.now(), confidence="high")
    assert lead.provenance == {"company_size": origin, "industry": origin}
    assert lead.segment == "enterprise"


def test_record_says_what_was_there_before(ports: Ports, engine: WaitingEngine) -> None:
    """The audit keeps the fields of a run with values and origins, so that it can be undone."""
    lead = worked(
        ports, engine, WrittenEnrichers(directory={"company_size": 70}), company_size=None
    )

    (entry,) = entries(ports, lead, "lead.enriched")
    assert entry.actor == Actor(kind="system", id="directory")
    assert entry.details is not None
    assert entry.details["before"] == {"company_size": None}
    assert entry.details["after"]["company_size"] == 70
    assert entry.details["after"]["provenance"]["company_size"]["by"] == "directory"


def test_values_a_provider_should_not_send_are_left_out(
    ports: Ports, engine: WaitingEngine
) -> None:
    """A provider that lies cannot break a lead: what is no country is none, and is flagged."""
    wrong: dict[str, str | int] = {
        "company_size": "many",
        "country": "Atlantis",
        "industry": "x" * 999,
        "nonsense": 1,
    }
    given = WrittenEnrichers(directory=wrong)
    lead = worked(ports, engine, given, company_size=None, country=None, region=None)

    assert (lead.company_size, lead.country, lead.industry) == (None, None, None)
    assert lead.provenance == {}
    assert {"enrichment:company_size_unknown", "enrichment:country_ambiguous"} <= set(lead.flags)


@pytest.mark.parametrize(
    "hostile",
    ["Ac\u202eme", "<script>alert(1)</script>Acme", "<!channel>", "\u200b\u200b", "Acme\0Widgets"],
)
def test_hostile_text_of_a_provider_is_cleaned_or_left_out(
    ports: Ports, engine: WaitingEngine, hostile: str
) -> None:
    """No control, no override, no script reaches the lead; cards escape what is only text."""
    given = WrittenEnrichers(directory={"company": hostile})
    lead = worked(ports, engine, given, company=None)

    assert not set(lead.company or "") & set("\u202e\u200b\0")
    assert "script" not in (lead.company or "")


def test_value_that_looks_wrong_is_left_out(ports: Ports, engine: WaitingEngine) -> None:
    """A name in two alphabets may be a trick: it is flagged, and not taken."""
    lead = worked(ports, engine, WrittenEnrichers(directory={"company": "Аcme"}), company=None)

    assert lead.company is None
    assert "enrichment:mixed_scripts" in lead.flags


def test_next_provider_is_asked_only_for_what_is_still_open(
    ports: Ports, engine: WaitingEngine
) -> None:
    """Providers go in the order of policy; when nothing is open the rest are left alone."""
    adopt_enrichment(ports, enrichment_file("one", "two", "three"))
    given = WrittenEnrichers(
        one={"company_size": 50}, two={"company_size": 60, "industry": "retail"}
    )
    lead = worked(ports, engine, given, company_size=None)

    assert [name for name, _ in given.asked] == ["one", "two"]
    assert {name: p.by for name, p in lead.provenance.items()} == {
        "company_size": "one",
        "industry": "two",
    }


def test_provider_is_asked_once_for_a_company(ports: Ports, engine: WaitingEngine) -> None:
    """A second lead of the same company is answered from what is kept: nobody pays twice."""
    adopt_enrichment(ports, enrichment_file("data"))
    given = WrittenEnrichers(data={"company_size": 7000})
    receive(ports, company_size=None)
    receive(ports, company_size=None, email="bob@acme-widgets.com", name="Bob")
    engine.run_all(replace(ports, enrichers=given))

    assert given.asked == [("data", "acme-widgets.com")]
    with ports.database.reading() as work:
        assert {lead.company_size for lead in work.leads.find("", 10)} == {7000}


def test_answer_that_knows_nothing_is_kept_for_a_shorter_time(
    ports: Ports, engine: WaitingEngine
) -> None:
    """Nothing is an answer too: asked again after its own age, 7 days if policy is silent."""
    adopt_enrichment(ports, enrichment_file("data"))
    given = WrittenEnrichers()
    worked(ports, engine, given, company_size=None)
    forward(ports, days=6)
    again(ports, engine, given)
    assert len(given.asked) == 1

    forward(ports, days=2)
    again(ports, engine, given)
    assert len(given.asked) == 2


def test_old_answer_is_asked_again_and_the_new_one_kept(
    ports: Ports, engine: WaitingEngine
) -> None:
    """After its age a provider's value gives way to the provider's newer one, on record."""
    adopt_enrichment(ports, enrichment_file("data"))
    worked(ports, engine, WrittenEnrichers(data={"company_size": 70}), company_size=None)
    forward(ports, days=61)
    lead = again(ports, engine, WrittenEnrichers(data={"company_size": 90}))

    assert lead.company_size == 90
    assert lead.provenance["company_size"].at == ports.clock.now()
    details = entries(ports, lead, "lead.enriched")[-1].details
    assert details is not None
    assert details["before"]["company_size"] == 70
    with ports.database.reading() as work:
        assert work.enrichments.of_domain("acme-widgets.com")["data"].found == {"company_size": 90}


def test_old_answer_stands_when_the_provider_fails(ports: Ports, engine: WaitingEngine) -> None:
    """A value grown old is better than none: the failure is on record, the lead not flagged."""
    adopt_enrichment(ports, enrichment_file("data"))
    known: dict[str, str | int] = {"company_size": 70, "industry": "retail"}
    worked(ports, engine, WrittenEnrichers(data=known), company_size=None)
    forward(ports, days=61)
    lead = again(ports, engine, WrittenEnrichers(data=down()))

    assert (lead.company_size, lead.industry) == (70, "retail")
    assert ENRICHMENT_FAILED not in lead.flags
    assert len(entries(ports, lead, "lead.enrichment_failed")) == 1


def test_old_answer_is_better_than_none_for_the_next_lead(
    ports: Ports, engine: WaitingEngine
) -> None:
    """Another lead of the company, when the answer is too old and the provider down, has it."""
    adopt_enrichment(ports, enrichment_file("data"))
    worked(ports, engine, WrittenEnrichers(data={"company_size": 70}), company_size=None)
    forward(ports, days=61)
    other: dict[str, Any] = {"email": "bob@acme-widgets.com", "name": "Bob Moe", "phone": None}
    receive(ports, **other, company_size=None)
    engine.run_all(replace(ports, enrichers=WrittenEnrichers(data=down())))

    with ports.database.reading() as work:
        (bob,) = work.leads.find("bob@", 10)
    assert bob.company_size == 70
    assert ENRICHMENT_FAILED in bob.flags


@pytest.mark.parametrize(
    ("origin", "confidence", "size"),
    [
        ("person", "low", 10),
        ("crm", "low", 10),
        ("sender", "low", 10),
        (None, None, 10),
        ("provider", "high", 10),
        ("provider", "medium", 500),
        ("provider", "low", 500),
    ],
)
def test_who_gives_way_to_a_provider(
    ports: Ports, engine: WaitingEngine, origin: Origin | None, confidence: str, size: int
) -> None:
    """A provider's value of no higher confidence; never a person's, the CRM's, the sender's."""
    adopt_enrichment(ports, enrichment_file("data medium"))
    worked(ports, engine, WrittenEnrichers(), company_size="10")
    with ports.database.writing() as work:
        lead = work.leads.lock(the_lead(ports).id)
        stated = {"origin": origin, "by": "x", "at": ports.clock.now(), "confidence": confidence}
        found = {"company_size": Provenance.model_validate(stated)} if origin else {}
        lead = lead.model_copy(update={"provenance": found})
        work.leads.save(lead, ports.clock.now())
    forward(ports, days=61)
    lead = again(ports, engine, WrittenEnrichers(data={"company_size": 500}))

    assert lead.company_size == size


def test_working_again_changes_nothing(ports: Ports, engine: WaitingEngine) -> None:
    """The same answer filled in twice is one entry in the audit, and nobody is asked again."""
    adopt_enrichment(ports, enrichment_file("data"))
    given = WrittenEnrichers(data={"company_size": 70, "industry": "retail"})
    first = worked(ports, engine, given, company_size=None)
    second = again(ports, engine, given)

    assert second.provenance == first.provenance
    assert len(given.asked) == 1
    assert len(entries(ports, second, "lead.enriched")) == 1


def test_failing_enrichment_does_not_block(ports: Ports, engine: WaitingEngine) -> None:
    """When the provider is down the lead goes on with what there is, flagged and on record."""
    lead = worked(ports, engine, WrittenEnrichers(directory=down("unreachable")))

    assert lead.place == "owner"
    assert ENRICHMENT_FAILED in lead.flags
    (entry,) = entries(ports, lead, "lead.enrichment_failed")
    assert entry.actor.id == "directory"
    assert entry.details == {"reason": "unreachable"}


def test_failure_that_costs_nothing_leaves_no_flag(ports: Ports, engine: WaitingEngine) -> None:
    """What the next provider knew is not missing because the first one failed."""
    adopt_enrichment(ports, enrichment_file("one", "two"))
    given = WrittenEnrichers(one=down(), two={"company_size": 5, "industry": "retail"})
    lead = worked(ports, engine, given, company_size=None)

    assert ENRICHMENT_FAILED not in lead.flags
    assert actions(ports, lead).count("lead.enrichment_failed") == 1


def test_failure_is_not_kept_and_the_flag_goes_when_enrichment_works(
    ports: Ports, engine: WaitingEngine
) -> None:
    """A failure is no answer: the provider is asked again, and then the lead is sound."""
    adopt_enrichment(ports, enrichment_file("data"))
    lead = worked(ports, engine, WrittenEnrichers(data=down()), company_size=None)
    assert ENRICHMENT_FAILED in lead.flags

    lead = again(ports, engine, WrittenEnrichers(data={"company_size": 9, "industry": "retail"}))

    assert (lead.company_size, lead.flags) == (9, ())


def test_flag_stays_while_nobody_is_asked_and_something_is_missing(
    ports: Ports, engine: WaitingEngine
) -> None:
    """Switching enrichment off mends nothing; a person who fills in what is missing does."""
    worked(ports, engine, WrittenEnrichers(directory=down()), company_size=None)
    who = Actor(kind="person", id="oscar")
    set_switch(ports, "enrichment", is_on=False, actor=who, reason="trial")
    forward(ports, hours=1)
    assert ENRICHMENT_FAILED in again(ports, engine, WrittenEnrichers()).flags

    with ports.database.writing() as work:
        lead = work.leads.lock(the_lead(ports).id)
        lead = lead.model_copy(update={"company_size": 5, "industry": "retail"})
        work.leads.save(lead, ports.clock.now())
    forward(ports, hours=1)
    assert again(ports, engine, WrittenEnrichers()).flags == ()


def test_lead_that_waits_because_enrichment_failed_is_a_case(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Without the size a list's lead would be held; when a provider failed, people see it (R5)."""
    list_of_website = "held,*,unknown,*,website,900,queue:holding\n"
    with ports.database.reading() as work:
        active = ports.policies.active(work)
        rules = work.policies.get(active.version).files["rules.csv"] + list_of_website
    adopt_enrichment(ports, enrichment_file("data"), **{"rules.csv": rules})
    lead = worked(ports, engine, WrittenEnrichers(data=down()), company_size=None)

    assert lead.place == "case"
    (card,) = messenger.case_cards()
    assert card.title == "Enrichment failed"


def test_budget_of_a_lead_is_shared_by_its_providers(ports: Ports, engine: WaitingEngine) -> None:
    """Each is given what the others left; when nothing is left nobody more is asked."""

    class Slow(WrittenEnrichers):
        def ask(self, *arguments: object, **named: object) -> dict[str, str | int]:
            forward(ports, seconds=2)
            return dict(super().ask(*arguments, **named))  # type: ignore[arg-type]

    adopt_enrichment(ports, enrichment_file("one", "two", "three"))
    given = Slow()
    lead = worked(ports, engine, given, company_size=None)

    assert given.seconds == [3.0, 1.0]
    assert lead.place == "owner"
    (entry,) = entries(ports, lead, "lead.enrichment_failed")
    assert (entry.actor.id, entry.details) == ("three", {"reason": "out_of_time"})


class Interrupted(WrittenEnrichers):
    """While the provider is asked, somebody changes the lead."""

    def __init__(self, ports: Ports, change: dict[str, object], **answers: Answers) -> None:
        super().__init__(**answers)
        self.ports = ports
        self.change = change

    def ask(self, provider: Provider, domain: str, *, seconds: float) -> Mapping[str, str | int]:
        with self.ports.database.writing() as work:
            lead = work.leads.lock(the_lead(self.ports).id)
            work.leads.save(lead.model_copy(update=self.change), self.ports.clock.now())
        return super().ask(provider, domain, seconds=seconds)


def test_value_a_person_gave_while_the_provider_was_asked_stays(
    ports: Ports, engine: WaitingEngine
) -> None:
    """The answer is weighed against the lead as it is when it is filled in."""
    person = Provenance(origin="person", by="anna", at=ports.clock.now())
    change = {"company_size": 3, "provenance": {"company_size": person}}
    given = Interrupted(ports, change, directory={"company_size": 7000, "industry": "retail"})
    lead = worked(ports, engine, given, company_size=None)

    assert (lead.company_size, lead.industry) == (3, "retail")
    assert lead.provenance["company_size"] == person


def test_answer_about_another_company_is_left_out(ports: Ports, engine: WaitingEngine) -> None:
    """The lead's domain was corrected meanwhile: what the old one's company is does not count."""
    given = Interrupted(ports, {"domain": "other.com"}, directory={"company_size": 7000})
    lead = worked(ports, engine, given, company_size=None)

    assert (lead.domain, lead.company_size, lead.flags) == ("other.com", None, ())


def test_switched_off_enrichment_is_not_asked(ports: Ports, engine: WaitingEngine) -> None:
    """The kill switch of enrichment holds within the flow itself (G3)."""
    given = WrittenEnrichers(directory={"company_size": 7000})
    who = Actor(kind="person", id="oscar")
    set_switch(ports, "enrichment", is_on=False, actor=who, reason="trial")
    lead = worked(ports, engine, given)

    assert given.asked == []
    assert lead.place == "owner"


def test_country_of_a_provider_makes_their_own_words_readable(
    ports: Ports, engine: WaitingEngine
) -> None:
    """A region and a national number without a country are read by the country that came later."""
    given = WrittenEnrichers(directory={"country": "DE", "industry": "retail"})
    lead = worked(
        ports, engine, given, country=None, region="Bayern", phone="089 636 48018", city=None
    )

    assert (lead.country, lead.region, lead.phone) == ("DE", "DE-BY", "+498963648018")
    assert lead.provenance["region"].origin == "sender"
    assert (lead.unread, lead.flags) == ({}, ())


def test_later_country_of_a_provider_does_not_contradict_the_region(
    ports: Ports, engine: WaitingEngine
) -> None:
    """A region that was read by the first country holds against another one."""
    adopt_enrichment(ports, enrichment_file("data"))
    first = WrittenEnrichers(data={"country": "DE"})
    worked(ports, engine, first, country=None, region="Bayern", phone=None, city=None)
    forward(ports, days=61)
    lead = again(ports, engine, WrittenEnrichers(data={"country": "US"}))

    assert (lead.country, lead.region) == ("DE", "DE-BY")


def test_place_of_a_provider_is_taken_whole_or_not(ports: Ports, engine: WaitingEngine) -> None:
    """The head office in Bavaria says nothing about the region of a lead in the United States."""
    adopt_enrichment(ports, enrichment_file("data", fields="country, region, city"))
    found: dict[str, str | int] = {"country": "DE", "region": "Bayern", "city": "Munich"}
    lead = worked(ports, engine, WrittenEnrichers(data=found), region=None, city=None)

    assert (lead.country, lead.region, lead.city) == ("US", None, None)
