"""Which column of a CSV file holds which field of a lead (I1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.intake.fields import LEAD_FIELDS, SOURCE_ID
from handlers.intake.reading import is_broken

PLAIN = (*LEAD_FIELDS, SOURCE_ID)
TELLING = frozenset(
    {"name", "first_name", "last_name", "email", "phone", "company", "website", SOURCE_ID}
)
"""Fields somebody can be named or reached by: a file or a row with none of them is no lead."""
MAX_NAME = 60
NOT_LETTERS = frozenset({"Mn", "Mc", "Me"})

# In the order of preference: a column further right only fills what the ones before leave blank.
OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "name": ("full name", "contact name", "lead name", "contact", "ansprechpartner", "kontakt",
             "nom complet", "nombre completo"),
    "first_name": ("given name", "forename", "fname", "vorname", "prénom", "nombre", "nome",
                   "voornaam"),
    "last_name": ("surname", "family name", "lname", "nachname", "familienname", "nom",
                  "nom de famille", "apellido", "apellidos", "cognome", "achternaam"),
    "email": ("e-mail", "email address", "e-mail address", "mail", "work email", "business email",
              "email 1", "e-mail-adresse", "mailadresse", "courriel", "adresse e-mail",
              "correo electrónico", "correo", "personal email"),
    "phone": ("phone number", "telephone", "telephone number", "tel", "tel.", "work phone",
              "business phone", "direct phone", "mobile", "mobile phone", "cell", "cell phone",
              "telefon", "telefonnummer", "rufnummer", "mobil", "handy", "téléphone", "portable",
              "teléfono", "móvil", "telefono"),
    "company": ("company name", "organisation", "organization", "organisation name",
                "organization name", "account", "account name", "employer", "business", "firma",
                "firmenname", "unternehmen", "société", "entreprise", "empresa", "azienda",
                "bedrijf"),
    "website": ("web site", "url", "web", "homepage", "company website", "website url", "domain",
                "company domain", "webseite", "internetseite", "site web", "sitio web"),
    "job_title": ("title", "position", "role", "job role", "job", "function", "berufsbezeichnung",
                  "jobtitel", "stelle", "funktion", "fonction", "poste", "cargo", "puesto"),
    "industry": ("sector", "branche", "industrie", "secteur", "sector industrial"),
    "country": ("country/region", "country name", "country code", "land", "pays", "país", "paese"),
    "region": ("state", "state/province", "province", "county", "bundesland", "état", "région",
               "provincia", "estado"),
    "city": ("town", "city/town", "stadt", "ort", "ville", "ciudad", "città"),
    "postal_code": ("zip", "zip code", "zip/postal code", "postcode", "plz", "postleitzahl",
                    "code postal", "código postal"),
    "company_size": ("employees", "number of employees", "no. of employees", "employee count",
                     "headcount", "size", "mitarbeiter", "mitarbeiterzahl", "anzahl mitarbeiter",
                     "effectif", "empleados"),
    "message": ("comments", "comment", "notes", "note", "description", "question", "nachricht",
                "bemerkung", "anmerkung", "kommentar", "mensaje"),
    SOURCE_ID: ("id", "record id", "lead id", "contact id", "external id", "attendee id",
                "registration id"),
}  # fmt: skip


def fold(name: str) -> str:
    """A column's name without case, accents, spaces, underscores and other marks."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).casefold()
    return "".join(c for c in plain if c.isalnum() and unicodedata.category(c) not in NOT_LETTERS)


_RANKS = {
    fold(other): (field, 2 + i)
    for field, names in OTHER_NAMES.items()
    if field in PLAIN
    for i, other in enumerate(names)
} | {fold(name): (name, 1) for name in PLAIN}


@dataclass(frozen=True)
class Columns:
    """`names` are the file's own, each once. `of_field` maps a field to columns counted from 0,
    the preferred ones first; those of one inner tuple are equals.
    """

    names: tuple[str, ...]
    of_field: Mapping[str, tuple[tuple[int, ...], ...]]
    unknown: tuple[str, ...]

    @property
    def known(self) -> int:
        """How many columns have a meaning."""
        return len(self.names) - len(self.unknown)

    @property
    def is_usable(self) -> bool:
        return bool(TELLING & self.of_field.keys())

    def called(self, at: int) -> str:
        """`column 3 (Phone)`."""
        return f"column {at + 1} ({self.names[at]})"


def read_columns(header: Sequence[str], own: Mapping[str, str]) -> Columns:
    """What the columns mean; `own` maps plain names to the source's names, which come first."""
    by_source = {fold(theirs): (field, 0) for field, theirs in own.items() if field in PLAIN}
    ranked: dict[str, dict[int, list[int]]] = {}
    names, unknown = _distinct(header), []
    for at, name in enumerate(header):
        found = by_source.get(fold(name)) or _RANKS.get(fold(name))
        if found is None:
            unknown.append(names[at])
        else:
            field, rank = found
            ranked.setdefault(field, {}).setdefault(rank, []).append(at)
    of_field = {
        field: tuple(tuple(ranks[rank]) for rank in sorted(ranks))
        for field, ranks in ranked.items()
    }
    return Columns(tuple(names), of_field, tuple(unknown))


def _distinct(header: Sequence[str]) -> list[str]:
    """The names as they can be shown and told apart: `Email`, `Email (2)`, `column 7`."""
    names: list[str] = []
    for at, cell in enumerate(header):
        plain = " ".join(cell.split())[:MAX_NAME]
        name = plain if plain and not is_broken(plain) else f"column {at + 1}"
        number = 1
        while (name if number == 1 else f"{name} ({number})") in names:
            number += 1
        names.append(name if number == 1 else f"{name} ({number})")
    return names
