"""What commands work on: the settings, the database and the ports, without a running engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.output import FINDING, USAGE, fail
from bot.connectors.enrichment.directory import DirectoryError
from bot.log import set_up_logging
from bot.settings import Settings
from bot.wiring import Program, build
from handlers.flows.policy_book import NoPolicyError
from handlers.flows.ports import Ports
from handlers.flows.refusals import (
    AwayError,
    NoLeadError,
    NotAllowedError,
    NotFoundError,
    TooLateError,
)
from routing.policy.reading.errors import PolicyErrors
from storage.schema import SchemaError
from storage.unit_of_work import UnitOfWork


def read_settings() -> Settings:
    """The settings; ends the command with what is wrong in the environment."""
    try:
        settings = Settings()
    except ValidationError as error:
        names = "; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors())
        fail(f"The environment or .env is not usable: {names}")
    set_up_logging(settings.log_level)
    return settings


@contextmanager
def open_desk() -> Iterator[Ports]:
    """The ports of a program that is not launched: it can read, write and submit work."""
    program = built(read_settings())
    try:
        program.engine.prepare()
        yield program.ports
    except NoPolicyError as error:
        fail(str(error), FINDING)
    except NoLeadError as unknown:
        fail(f"{unknown} Try `baton lead find` with a name or e-mail.", FINDING)
    except AwayError as away:
        fail(f"{away} Choose somebody else, or add --even-if-away.", FINDING)
    except (NotFoundError, NotAllowedError, TooLateError) as refusal:
        fail(str(refusal), FINDING)
    except PolicyErrors as refused:
        fail("\n".join(str(error) for error in refused.errors), FINDING)
    except SQLAlchemyError as error:
        fail(f"The database cannot be used: {_first_line(error)}", USAGE)
    finally:
        program.close()


def built(settings: Settings) -> Program:
    """The wired program; ends the command with what in the settings cannot be used."""
    if not settings.policy_dir.is_dir():
        fail(f"There is no policy folder {settings.policy_dir}: set BATON_POLICY_DIR.")
    try:
        return build(settings)
    except DirectoryError as error:
        fail(str(error))
    except (SQLAlchemyError, SchemaError, OSError, ValueError) as error:
        fail(f"The database cannot be used: {_first_line(error)}", USAGE)


@contextmanager
def started() -> Iterator[Ports]:
    """Open the desk; ends the command when Baton was never started here."""
    with open_desk() as ports:
        with ports.database.reading() as work:
            ports.policies.active(work)
        yield ports


@contextmanager
def reading() -> Iterator[tuple[Ports, UnitOfWork]]:
    """As `started`, and read in one transaction."""
    with started() as ports, ports.database.reading() as work:
        yield ports, work


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
