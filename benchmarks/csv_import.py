"""A CSV import by the command: rows a second and the most memory it ever needs."""

from __future__ import annotations

import csv
import os
import subprocess
import time
from pathlib import Path

from benchmarks.databases import Databases, Kind, databases, temporary_folder
from benchmarks.leads import form_fields
from benchmarks.processes import ROOT, baton
from benchmarks.report import Report, Row
from bot.settings import Settings
from bot.wiring import adopt_policy, build
from handlers.intake.csv_import import CsvReader
from routing.policy.tables.sources import SourcePolicy

METHOD = """`baton import` as a user starts it, on a database that has seen nothing but the policy,
with nothing else running: a file of distinct leads (thirteen columns, as a German Excel saves it),
from the start of the process to its end, so start-up is in it. Memory is the process's peak
(ru_maxrss); with PostgreSQL the server's own comes on top. `routed` leads wait to be handed to
routing, `stored` ones in their queue; neither is worked here (see the pipeline). `reading alone` is
the file's rows parsed to drafts, nothing normalised or stored."""

SIZES = (10_000, 100_000)
QUICK_SIZES = (500, 2_000)
COLUMNS = {
    "name": "Ansprechpartner",
    "email": "E-Mail",
    "phone": "Telefon",
    "company": "Firma",
    "website": "Webseite",
    "job_title": "Job Title",
    "country": "Land",
    "region": "Bundesland",
    "city": "Stadt",
    "company_size": "Mitarbeiter",
    "message": "Nachricht",
}
"""Plain names, and what the file calls them."""
SYLLABLES = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu", "dar", "fen", "gil", "hos",
             "jun", "kal", "lem", "mir", "nop", "rus")  # fmt: skip


def measure(quick: bool) -> Report:
    report = Report("CSV import", METHOD)
    with databases() as place, temporary_folder() as folder:
        for rows in QUICK_SIZES if quick else SIZES:
            file = folder / f"{rows}.csv"
            write_leads(file, rows)
            report.add("Reading alone", _reading(file, rows))
            for kind in place.kinds:
                for choice in ("--route", "--no-route"):
                    report.add("Imports", _import(place, kind, file, rows, choice))
    return report


def write_leads(file: Path, rows: int) -> None:
    """A file as a German Excel writes it, every row another person of another company."""
    with file.open("w", encoding="cp1252", newline="") as opened:
        writer = csv.writer(opened, delimiter=";")
        writer.writerow((*COLUMNS.values(), "Messe", "Straße"))
        for number in range(rows):
            fields = _a_person(number)
            writer.writerow((*(fields.get(name, "") for name in COLUMNS), "Köln", "Hauptstraße 1"))


def _a_person(number: int) -> dict[str, str]:
    """A lead whom the matcher takes for nobody else: names and company share nothing."""
    first, last, one, two = (_word(number, seed) for seed in (1, 2, 3, 4))
    own = {
        "name": f"{first} {last}",
        "email": f"{first}.{last}@{one}{two}{number}.example".lower(),
        "phone": f"+49 30 {20_000_000 + number}",
        "company": f"{one} {two} GmbH",
        "website": f"https://{one}{two}{number}.example".lower(),
    }
    return form_fields(number) | own


def _word(number: int, seed: int) -> str:
    """Three syllables, one of 8,000 words."""
    rest = number * 7_919 + seed * 104_729 + number // 7 * seed
    return "".join(SYLLABLES[rest // 20**place % 20] for place in range(3)).capitalize()


def _reading(file: Path, rows: int) -> Row:
    source = SourcePolicy(id="event-list", kind="import", key="event-list", name="Events")
    reader, content = CsvReader(), file.read_bytes()
    chunks = [content[i : i + 65536] for i in range(0, len(content), 65536)]
    began = time.perf_counter()
    layout = reader.look(source, chunks)
    count = sum(1 for _ in reader.rows(source, layout, chunks))
    assert count == rows
    return {"rows": rows, "rows/s": rows / (time.perf_counter() - began)}


def _import(place: Databases, kind: Kind, file: Path, rows: int, choice: str) -> Row:
    url = place.fresh(kind)
    _prepare(url)
    words = ("import", str(file), "--source", "event-list", choice)
    environment = os.environ | {"BATON_DATABASE_URL": url, "BATON_POLICY_DIR": str(ROOT / "policy")}
    began = time.perf_counter()
    process = subprocess.Popen(baton(*words), env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    assert process.returncode == 0
    return {
        "database": kind,
        "rows": rows,
        "leads": "routed" if choice == "--route" else "stored",
        "rows/s": rows / seconds,
        "CPU ms/row": (usage.ru_utime + usage.ru_stime) * 1000 / rows,
        "peak memory MB": usage.ru_maxrss / 1024,
    }


def _prepare(url: str) -> None:
    """A migrated database with the example policy in force, on which Baton has run once."""
    program = build(Settings.model_validate({"BATON_DATABASE_URL": url}))
    adopt_policy(program.ports, ROOT / "policy")
    program.engine.launch()
    program.close()
