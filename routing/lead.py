"""What Baton knows of a lead: as it stands, and as a decision sees it."""

from __future__ import annotations

from typing import Literal

from routing.provenance import Provenance
from routing.values import Band, Instant, MailboxClass, TitleTier, Value

Place = Literal["owner", "case", "queue", "nurture", "suppressed"]
"""Every lead is in exactly one of these, always."""

INCOMING = "incoming"
"""The queue every lead is in from its receipt until its first decision."""

SUSPICIOUS = "suspicious"
AUTOMATIC = "automatic"
"""The flags `suspicious:why` say that a person should look at the lead before anybody works it."""

ENRICHMENT_FAILED = "enrichment:failed"
"""The flag of a lead that lacks what a provider who failed might know."""


SCORE_FAILED = "score:failed"
"""The flag of a lead that could not be scored."""


class Factor(Value):
    """One point rule that matched, and what it gave."""

    rule: str
    label: str
    points: int


class Score(Value):
    """Points clipped to 0 to 100 with every factor.

    `fit` is who the lead is, `engagement` what it does, each 0 to 100. When scoring failed,
    `value` is None, `failed` names the rule and what broke, and the factors are those found before.
    """

    value: int | None
    factors: tuple[Factor, ...] = ()
    fit: int | None = None
    engagement: int | None = None
    failed: str | None = None


class Quality(Value):
    """How good the data of a lead is, 0 to 100: what each side of it gives, and why."""

    value: int
    factors: tuple[Factor, ...] = ()


class Profile(Value):
    """Who a lead is.

    `country` is ISO 3166-1 alpha-2, `region` ISO 3166-2, `phone` E.164, `industry` a sector
    slug, `company_size` a number of employees, `domain` the company's registrable domain.
    """

    email: str | None = None
    email_domain: str | None = None
    mailbox_class: MailboxClass | None = None
    role_mailbox: bool = False
    phone: str | None = None
    phone_ext: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    company: str | None = None
    company_key: str | None = None
    domain: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    full_name: str | None = None
    title: str | None = None
    title_tier: TitleTier | None = None
    industry: str | None = None
    company_size: int | None = None
    message: str | None = None


PROFILE_FIELDS = tuple(name for name in Profile.model_fields if name != "role_mailbox")
"""The fields that say who a lead is; any of them may be None."""


class Lead(Profile):
    """One lead as it stands. `stage_since` and `received_at` are UTC instants.

    `flags` are `field:code` of what could not be normalised, `unread` holds the raw values of
    those that a country would make readable. `provenance` says, for a field the sender did not
    give, where its value comes from. `queue` is set when `place` is `queue`, `owner` (a person's
    id) when it is `owner`. `account` is the key of the company it belongs to. While it is in a
    case or a queue, `waits_since` is when it began to wait, `waits_for` whom for (see
    `routing.decide.choice.waiting.waiting_key`), None when for no pool.
    """

    id: str
    source: str
    source_id: str | None = None
    received_at: Instant
    place: Place = "queue"
    queue: str | None = INCOMING
    owner: str | None = None
    stage: str
    stage_since: Instant
    flags: tuple[str, ...] = ()
    unread: dict[str, str] = {}
    provenance: dict[str, Provenance] = {}
    score: Score | None = None
    quality: Quality | None = None
    band: Band | None = None
    segment: str | None = None
    territory: str | None = None
    account: str | None = None
    waits_since: Instant | None = None
    waits_for: str | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether what it says proves nobody's identity: it is suspicious, or a machine sent it."""
        return any(flag.partition(":")[0] in (SUSPICIOUS, AUTOMATIC) for flag in self.flags)

    @property
    def display_name(self) -> str:
        """The best name there is for people to read."""
        return self.full_name or self.email or self.phone or self.company or self.id


class LeadFacts(Value):
    """Everything about one lead that a decision may look at; stored whole with the decision.

    `email` and `phone` only say whether there is one. `score` is 0 to 100, None when scoring
    failed. `known_owner` is a person who already owns the lead or its account; `owner_away` is why
    they receive no leads now, empty for no stated reason and None while they do.
    `taken_from` had it until somebody took it from them: until it has an owner, it is nothing for
    them. `possible_duplicate` is the id of a lead that may be the same one, with the reasons.
    `approved`: a person has decided about its owner before.
    """

    lead_id: str
    source: str
    country: str | None = None
    region: str | None = None
    city: str | None = None
    company: str | None = None
    domain: str | None = None
    mailbox_class: MailboxClass | None = None
    role_mailbox: bool = False
    company_size: int | None = None
    industry: str | None = None
    title_tier: TitleTier | None = None
    email: bool = False
    phone: bool = False
    score: int | None = None
    known_owner: str | None = None
    owner_away: str | None = None
    taken_from: tuple[str, ...] = ()
    possible_duplicate: str | None = None
    duplicate_reasons: tuple[str, ...] = ()
    suppressed: bool = False
    approved: bool = False
    flags: tuple[str, ...] = ()


class Relations(Value):
    """What is known of a lead beside itself; the fields are those of `LeadFacts`."""

    known_owner: str | None = None
    owner_away: str | None = None
    taken_from: tuple[str, ...] = ()
    possible_duplicate: str | None = None
    duplicate_reasons: tuple[str, ...] = ()
    approved: bool = False


ALONE = Relations()


def facts_of(lead: Lead, relations: Relations = ALONE) -> LeadFacts:
    """What a decision may look at of this lead; the score is the one the lead carries."""
    same = LeadFacts.model_fields.keys() & Lead.model_fields.keys() - {"email", "phone", "score"}
    return LeadFacts.model_construct(
        lead_id=lead.id,
        email=lead.email is not None,
        phone=lead.phone is not None,
        score=lead.score.value if lead.score else None,
        known_owner=relations.known_owner,
        owner_away=relations.owner_away,
        taken_from=relations.taken_from,
        possible_duplicate=relations.possible_duplicate,
        duplicate_reasons=relations.duplicate_reasons,
        suppressed=lead.place == "suppressed",
        approved=relations.approved,
        **{name: getattr(lead, name) for name in same},
    )
