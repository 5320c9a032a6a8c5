"""One raw lead to one normalised lead."""

from dataclasses import fields

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from routing.normalise import NormalisedLead, RawLead, normalise

NAMES = tuple(field.name for field in fields(RawLead))
HOSTILE = ("\0", "\u202e", "\ud800", "&#0;", "&#xD800;", "<![", "<!--", "@", "+", "1", "'", "²")
any_text = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.lists(st.sampled_from((*HOSTILE, "a", "Inc", " ", ",", "de", "٣", "x9"))).map("".join),
)


def codes(lead: NormalisedLead) -> set[tuple[str, str]]:
    return {(flag.field, flag.code) for flag in lead.flags}


def test_a_whole_lead_is_cleaned() -> None:
    """Every field of a messy but certain lead comes out clean, with nothing to flag."""

    lead = normalise(
        RawLead(
            name="Dr. jane DOE",
            email="Jane.Doe@Mail.Acme.de",
            phone="089/636-48018 ext 4",
            company="Müller GmbH & Co. KG",
            website="https://www.mueller.de/x",
            job_title="VP of Sales &amp; Marketing",
            industry="Maschinenbau",
            country="Germany",
            region="Bavaria",
            city="münchen",
            company_size="51-200",
            message="Hi\r\n\r\n\r\n<b>there</b>",
        )
    )

    assert lead == NormalisedLead(
        email="jane.doe@mail.acme.de",
        email_domain="mail.acme.de",
        mailbox_class="corporate",
        phone="+498963648018",
        phone_ext="4",
        country="DE",
        region="DE-BY",
        city="München",
        company="Müller",
        company_key="mueller",
        domain="mueller.de",
        given_name="Jane",
        family_name="Doe",
        full_name="Jane Doe",
        title="VP of Sales & Marketing",
        title_tier="vp",
        industry="manufacturing",
        company_size=51,
        message="Hi\n\nthere",
    )


def test_an_empty_lead_has_nothing_to_flag() -> None:
    """Missing and placeholder values are missing, not mistakes."""

    placeholders = RawLead(**dict.fromkeys(NAMES, "N/A"))

    assert normalise(RawLead()) == NormalisedLead()
    assert normalise(placeholders) == NormalisedLead(message="N/A")


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        (RawLead(email="jane@acme"), ("email", "email_invalid")),
        (RawLead(email="a@acme.com, b@acme.com"), ("email", "two_values")),
        (RawLead(email="admin@ex\u0430mple.com"), ("email", "mixed_scripts")),
        (RawLead(email="jane@gmial.com"), ("email", "mail_domain_typo")),
        (RawLead(email="jane@acme.comm"), ("email", "mail_domain_unknown")),
        (RawLead(phone="12", country="US"), ("phone", "phone_invalid")),
        (RawLead(country="Blefuscu"), ("country", "country_unknown")),
        (RawLead(country="EMEA"), ("country", "country_ambiguous")),
        (RawLead(country="Germany, France"), ("country", "country_ambiguous")),
        (RawLead(industry="Banking and Retail"), ("industry", "industry_ambiguous")),
        (RawLead(job_title="Deputy CFO"), ("job_title", "title_ambiguous")),
        (RawLead(company="Acme X.Q.Z."), ("company", "company_form_unknown")),
        (RawLead(country="US", region="Texas, Ohio"), ("region", "region_ambiguous")),
        (RawLead(country="US", region="Ontario"), ("region", "region_unknown")),
        (RawLead(region="Texas"), ("region", "region_without_country")),
        (RawLead(country="US", region="CA", city="Austin, TX"), ("city", "two_values")),
        (RawLead(city="https://x.com"), ("city", "city_invalid")),
        (RawLead(company="GmbH"), ("company", "company_empty")),
        (RawLead(website="not there"), ("website", "website_invalid")),
        (RawLead(website="linkedin.com/company/x"), ("website", "website_is_platform")),
        (RawLead(name="12345"), ("name", "name_invalid")),
        (RawLead(name="Jane"), ("name", "name_incomplete")),
        (RawLead(job_title="Ninja"), ("job_title", "title_unknown")),
        (RawLead(industry="Services"), ("industry", "industry_unknown")),
        (RawLead(company_size="large"), ("company_size", "company_size_unknown")),
        (RawLead(company="a\0b"), ("company", "suspicious")),
        (RawLead(message="x" * 20_001), ("message", "too_long")),
        (RawLead(company="x" * 501), ("company", "too_long")),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_what_is_not_certain_is_flagged(raw: RawLead, flag: tuple[str, str]) -> None:
    """A value that cannot be normalised is flagged under its field, with the raw value kept."""

    lead = normalise(raw)

    assert flag in codes(lead)
    assert all(found.raw for found in lead.flags)


def test_the_domain_is_the_companys_own() -> None:
    """The company's domain comes from its website, else from a corporate address, never else."""

    site = normalise(RawLead(email="a@mail.acme.com", website="www.acme.co.uk/x"))
    corporate = normalise(RawLead(email="a@mail.acme.com", website="facebook.com/acme"))
    personal = normalise(RawLead(email="a@gmail.com"))
    typo = normalise(RawLead(email="a@gmial.com"))
    lookalike = normalise(RawLead(email="a@ex\u0430mple.com"))

    assert lookalike.domain is None
    assert site.domain == "acme.co.uk"
    assert corporate.domain == "acme.com"
    assert (personal.domain, personal.mailbox_class) == (None, "personal")
    assert (typo.email, typo.domain, typo.mailbox_class) == ("a@gmial.com", None, None)


def test_role_mailboxes_are_told_apart() -> None:
    """A mailbox of a function is marked, with and without a tag; a person's is not."""

    found = [
        normalise(RawLead(email=address)).role_mailbox
        for address in ("info@acme.com", "Sales+x@acme.com", "jane@acme.com")
    ]

    assert found == [True, True, False]


def test_the_leads_own_country_wins_over_the_default_region() -> None:
    """A national number is read in the lead's country; the default serves a lead without one."""

    own = normalise(RawLead(phone="020 7946 0958", country="UK"), default_region="US")
    default = normalise(RawLead(phone="(650) 253-0000"), default_region="US")
    neither = normalise(RawLead(phone="(650) 253-0000"))

    assert (own.phone, default.phone, neither.phone) == ("+442079460958", "+16502530000", None)


def test_separate_name_fields_win() -> None:
    """First and last name fields are taken as they are; the whole name fills what they lack."""

    both = normalise(RawLead(name="J. Doe", first_name="JANE", last_name="van dyke"))
    filled = normalise(RawLead(name="Jane Doe", first_name="Jane"))
    one_field = normalise(RawLead(first_name="Jane Doe"))

    assert (both.given_name, both.family_name) == ("Jane", "van Dyke")
    assert (filled.given_name, filled.family_name) == ("Jane", "Doe")
    assert (one_field.given_name, one_field.family_name) == ("Jane", "Doe")


def test_hidden_text_of_an_html_message_is_dropped() -> None:
    """An HTML message gives the text a reader sees; Slack marks and addresses stay as typed."""

    hidden = normalise(RawLead(message='Hi<span style="font-size:0">assign to U1</span> there'))
    typed = normalise(RawLead(message="ask <jane@acme.com> or <!here> &amp; <@U01>"))

    assert hidden.message == "Hi there"
    assert typed.message == "ask <jane@acme.com> or <!here> &amp; <@U01>"


@given(st.fixed_dictionaries(dict.fromkeys(NAMES, any_text)), st.sampled_from([None, "US", "DE"]))
@example(dict.fromkeys(NAMES, "\ud800"), "US")
@example(dict.fromkeys(NAMES, "<![if"), None)
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_raises(values: dict[str, str | None], region: str | None) -> None:
    """Whatever text the fields hold, a lead comes out that can be stored as UTF-8."""

    lead = normalise(RawLead(**values), default_region=region)

    repr(lead).encode("utf-8")
    for found in NormalisedLead.model_fields:
        text = getattr(lead, found)
        assert not isinstance(text, str) or (text.strip() and "\0" not in text)


@pytest.mark.parametrize(
    "text", ["a", "a ", "1", "+1", "<b>", "@", "a@", "Ltd ", "&amp;", "é", "-", "<img ", "<a "]
)
def test_endless_values_are_bounded(text: str) -> None:
    """Values of 100,000 characters cost little and never become a value of a one-line field."""

    lead = normalise(RawLead(**dict.fromkeys(NAMES, (text * 100_000)[:100_000])))

    assert lead.message is None or len(lead.message) <= 10_000
    assert (lead.email, lead.phone, lead.company, lead.title, lead.domain) == (None,) * 5


@pytest.mark.parametrize("text", ["Jane Doe", "Acme Ltd"])
def test_padding_does_not_hide_a_value(text: str) -> None:
    """Spaces around a value, however many, change nothing."""

    padded = RawLead(name=text + " " * 100_000, company=" " * 100_000 + text)

    assert normalise(padded) == normalise(RawLead(name=text, company=text))
