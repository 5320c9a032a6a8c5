"""What no table could map is collected, and a company's own words map it (I3)."""

import pytest

from bot.policy_folder import read_policy_folder
from routing.normalise import RawLead, normalise
from routing.normalise.aliases_review import unmapped
from routing.normalise.own_words import OwnWord, with_own_words
from routing.policy.reading.errors import PolicyErrors
from routing.policy.reading.load import load_policy
from tests.conftest import POLICY

HEADER = "vocabulary,raw,value\n"


def test_every_unmapped_word_is_collected_with_its_vocabulary() -> None:
    """Each value of a controlled vocabulary that found no meaning can be given one."""
    lead = normalise(
        RawLead(
            industry="Quantum wellness",
            job_title="Ninja",
            country="Blefuscu",
            company="Acme X.Q.Z.",
        )
    )

    assert set(unmapped(lead)) == {
        ("industry", "Quantum wellness"),
        ("title", "Ninja"),
        ("country", "Blefuscu"),
        ("legal_form", "X.Q.Z."),
    }
    assert unmapped(normalise(RawLead(industry="Banking and Retail"))) == (
        ("industry", "Banking and Retail"),
    )


def test_an_attack_is_never_offered_as_an_alias() -> None:
    """A suspicious value is flagged, but nobody is asked what it means."""
    lead = normalise(RawLead(industry="<script>alert(1)</script> x", job_title="CEO"))

    assert unmapped(lead) == ()
    assert any(flag.code == "suspicious" for flag in lead.flags)


def test_own_words_win_over_the_tables() -> None:
    """An accepted alias maps its word from then on, a dash takes a meaning away."""
    own = with_own_words(
        [
            OwnWord(vocabulary="industry", raw="Quantum Wellness", value="entertainment"),
            OwnWord(vocabulary="industry", raw="Gaming", value="-"),
            OwnWord(vocabulary="title", raw="Ninja", value="ic"),
            OwnWord(vocabulary="country", raw="Blefuscu", value="FR"),
            OwnWord(vocabulary="region", raw="The Valley", value="US-CA"),
            OwnWord(vocabulary="legal_form", raw="X.Q.Z.", value="end"),
            OwnWord(vocabulary="sector", raw="financial_services", value="Money"),
        ]
    )
    lead = normalise(
        RawLead(
            industry="quantum wellness",
            job_title="NINJA",
            country="blefuscu",
            company="Acme X.Q.Z.",
        ),
        aliases=own,
    )

    assert (lead.industry, lead.title_tier) == ("entertainment", "ic")
    assert (lead.country, lead.company, lead.flags) == ("FR", "Acme", ())
    assert normalise(RawLead(country="US", region="the valley"), aliases=own).region == "US-CA"
    assert normalise(RawLead(industry="Banking"), aliases=own).industry == "Money"
    assert normalise(RawLead(industry="Gaming"), aliases=own).industry is None
    assert normalise(RawLead(industry="Gaming")).industry == "technology_information_media"


def test_a_policy_may_hold_aliases() -> None:
    """The file is optional; with it the policy's leads are read by it."""
    files = read_policy_folder(POLICY)
    files.pop("aliases.csv", None)
    with_file = load_policy(files | {"aliases.csv": f"{HEADER}title,Ninja,ic\n"})

    assert load_policy(files).aliases == ()
    assert normalise(RawLead(job_title="ninja"), aliases=with_file.vocabularies).title_tier == "ic"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("colour,x,y", "aliases.csv:2: vocabulary 'colour' is not one of"),
        ("industry,x,finance_services", "aliases.csv:2: unknown sector 'finance_services'"),
        ("title,x,boss", "aliases.csv:2: unknown title tier 'boss'"),
        ("country,x,Germany", "aliases.csv:2: unknown country 'Germany'"),
        ("region,x,CA", "aliases.csv:2: unknown region 'CA'"),
        ("legal_form,x,middle", "aliases.csv:2: unknown place of a legal form 'middle'"),
        ("sector,banking,Money", "aliases.csv:2: unknown sector 'banking'"),
        ("title,!!,ic", "aliases.csv:2: '!!' holds no letters or digits"),
        ("title,x,ic\ntitle,X,vp", "aliases.csv:3: 'X' stands twice"),
    ],
)
def test_a_wrong_alias_is_said_with_its_line(row: str, said: str) -> None:
    """Nothing that means nothing gets into a policy."""
    files = read_policy_folder(POLICY)

    with pytest.raises(PolicyErrors) as refused:
        load_policy(files | {"aliases.csv": f"{HEADER}{row}\n"})

    assert said in str(refused.value)
