"""Do a transaction again that met another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from storage.database.races import lost_race

T = TypeVar("T")

ATTEMPTS = 4


def done_again(transaction: Callable[[], T]) -> T:
    """What the transaction gives; when another one came between, it runs anew and sees that one."""
    for _ in range(ATTEMPTS - 1):
        try:
            return transaction()
        except Exception as error:
            if not lost_race(error):
                raise
    return transaction()
