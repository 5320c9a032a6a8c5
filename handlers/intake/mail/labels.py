"""Bodies of labelled lines, `Company: Acme`, as contact forms send them to a mailbox."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

LONGEST_LABEL = 40

DEFAULTS: Mapping[str, str] = {
    "name": "name, full name, your name, contact name, nom, nom complet, nombre, nome, naam",
    "first_name": "first name, given name, vorname, prénom, voornaam",
    "last_name": "last name, surname, family name, nachname, nom de famille, apellido, apellidos,"
    " cognome, achternaam",
    "email": "email, e-mail, mail, email address, e-mail address, your email, e-mail-adresse,"
    " adresse e-mail, adresse email, correo, correo electrónico, e-mailadres",
    "phone": "phone, phone number, telephone, telephone number, tel, mobile, mobile phone, cell,"
    " telefon, telefonnummer, téléphone, teléfono, telefono, telefoon, telefone",
    "company": "company, company name, organisation, organization, business, business name, firma,"
    " unternehmen, société, entreprise, empresa, azienda, bedrijf",
    "website": "website, web site, url, homepage, webseite, site web, sitio web, sito web",
    "job_title": "job title, title, position, role, jobtitel, fonction, poste, cargo, functie",
    "industry": "industry, branche, secteur, sector, settore",
    "country": "country, land, pays, país, paese",
    "region": "state, region, province, bundesland, région, provincia",
    "city": "city, town, stadt, ort, ville, ciudad, città, plaats",
    "company_size": "company size, employees, number of employees, team size, mitarbeiter,"
    " unternehmensgröße, effectif",
    "message": "message, your message, comment, comments, question, enquiry, inquiry, details,"
    " nachricht, mensaje, messaggio, bericht, mensagem",
}
"""The words each field goes by; policy adds its own."""

_LINE = re.compile(r"^[*_\s]*(?P<label>[^:\t]{1,40}?)[*_\s]*(?::|\t)[*_]*\s*(?P<value>.*)$")


def labelled(text: str, own: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The fields whose labels begin a line, with what stands behind or, when nothing does, below.

    The first of two lines with one label counts. A message goes on to the next label.
    """
    words = _words(own)
    found: dict[str, list[str]] = {}
    field: str | None = None
    for line in text.split("\n"):
        named = _named(line, words)
        if named is not None:
            name, value = named
            field = name if name not in found else None
            found.setdefault(name, [value] if value else [])
        elif field is not None and (field == "message" or (not found[field] and line.strip())):
            found[field].append(line.strip())
    values = ((name, "\n".join(lines).strip()) for name, lines in found.items())
    return {name: value for name, value in values if value}


def _named(line: str, words: Mapping[str, str]) -> tuple[str, str] | None:
    match = _LINE.match(line[: 10 * LONGEST_LABEL])
    name = words.get(_folded(match["label"])) if match else None
    if match is None or name is None:
        return None
    return name, line[match.start("value") :].strip(" \t*_")


def _words(own: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    defaults = {_folded(word): name for name, word in _split()}
    return defaults | {_folded(word): name for name, many in own.items() for word in many}


def _split() -> Iterator[tuple[str, str]]:
    for name, words in DEFAULTS.items():
        for word in words.split(","):
            yield name, word


def _folded(word: str) -> str:
    return " ".join(word.replace("_", " ").casefold().split()).rstrip(" ?*.")
