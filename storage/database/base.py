"""The ground every aggregate stands on: metadata, naming, ids."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from sqlalchemy import MetaData

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class MissingError(KeyError):
    """There is no row of this id."""


class Page(NamedTuple):
    """The rows whose id follows `after` in the order of ids, `size` at the most."""

    after: str
    size: int


_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str) -> str:
    """A fresh opaque id such as `lead_7k3m9q0d2v5x8b1c`: 80 random bits, safe to read aloud."""
    bits = secrets.randbits(80)
    return f"{prefix}_" + "".join(_ALPHABET[bits >> shift & 31] for shift in range(75, -1, -5))
