"""Two transactions met, and this one has to be done again."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.database.base import MissingError

DEADLOCK = "40P01"
NOT_SERIALISABLE = "40001"


def lost_race(error: Exception) -> bool:
    """Whether another transaction came between: it stored the same, deleted what this one needs,
    or each waited for the other. Done again, this one sees what the other did.
    """
    if isinstance(error, IntegrityError | MissingError):
        return True
    code = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return code in (DEADLOCK, NOT_SERIALISABLE)
