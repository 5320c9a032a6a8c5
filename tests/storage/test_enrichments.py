"""What providers said is kept once, the newest; older databases are read too (I8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

import storage
from routing.provenance import Provenance
from storage.database.engine import open_engine
from storage.records.enrichments import Enrichment
from storage.unit_of_work import Database

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def an_answer(at: datetime = NOW, provider: str = "data", **found: str | int) -> Enrichment:
    return Enrichment(provider=provider, domain="acme.com", fetched_at=at, found=found)


def kept(database: Database, *answers: Enrichment) -> dict[str, Enrichment]:
    for answer in answers:
        with database.writing() as work:
            work.enrichments.keep(answer)
    with database.reading() as work:
        return work.enrichments.of_domain("acme.com")


def test_newest_answer_stays_whichever_is_stored_last(database: Database) -> None:
    """Two replicas that asked at nearly the same time leave the later answer."""
    newer, older = an_answer(NOW + timedelta(seconds=1), company_size=2), an_answer(company_size=1)

    assert kept(database, older, newer) == {"data": newer}
    assert kept(database, older) == {"data": newer}


def test_each_provider_has_its_own_answer(database: Database) -> None:
    """Nothing known is an answer too."""
    one, two = an_answer(company="Acme"), an_answer(provider="other")

    assert kept(database, one, two) == {"data": one, "other": two}


def test_provenance_in_words_becomes_structured(tmp_path: Path) -> None:
    """A lead that was enriched before this revision keeps who said what, and when."""
    engine = open_engine(f"sqlite:///{tmp_path}/old.db")
    _upgrade(engine, "0001")
    columns = (
        "id, source, received_at, updated_at, place, stage, stage_since, role_mailbox, flags,"
        " provenance"
    )
    with engine.begin() as connection:
        for lead, words in (("lead_1", '{"industry": "data 2026-11-20"}'), ("lead_2", "{}")):
            moment = "2026-11-20 10:00:00.000000"
            values = [lead, "website", moment, moment, "queue", "new", moment, 0, "[]", words]
            marks = ", ".join(f":v{i}" for i in range(len(values)))
            given = {f"v{i}": value for i, value in enumerate(values)}
            connection.execute(text(f"INSERT INTO leads ({columns}) VALUES ({marks})"), given)
    _upgrade(engine, "head")

    with Database(engine).reading() as work:
        first, second = work.leads.get("lead_1"), work.leads.get("lead_2")
    engine.dispose()
    assert first is not None
    assert second is not None
    at = datetime(2026, 11, 20, tzinfo=UTC)
    origin = Provenance(origin="provider", by="data", at=at, confidence="medium")
    assert first.provenance == {"industry": origin}
    assert (first.unread, second.provenance) == ({}, {})


def _upgrade(engine: object, revision: str) -> None:
    config = Config()
    folder = Path(storage.__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder))
    with engine.begin() as connection:  # type: ignore[attr-defined]
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
