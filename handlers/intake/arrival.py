"""A delivery as it came over the line, and the secret its sender has to know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from handlers.intake.problem import RefusedError
from routing.policy.tables.sources import SourcePolicy


@dataclass(frozen=True)
class Arrival:
    """One delivery to the source `key`. Header names are in lower case; `environment` holds the
    secrets that policy names; `now` is a UTC instant.
    """

    key: str
    headers: Mapping[str, str]
    body: bytes
    now: datetime
    environment: Mapping[str, str]

    def header(self, name: str) -> str:
        """The header's value, blank when it is not there."""
        return self.headers.get(name, "").strip()


class NotSetUpError(RefusedError):
    """The source cannot take deliveries until `variable` holds its secret."""

    def __init__(self, variable: str) -> None:
        super().__init__(
            HTTPStatus.SERVICE_UNAVAILABLE, "This source is not set up yet. Send it again later."
        )
        self.variable = variable


def secrets_of(source: SourcePolicy, environment: Mapping[str, str]) -> list[str]:
    """The source's secrets: one, or the old and the new one while it is being replaced.

    Raises NotSetUpError when there is none.
    """
    variable = source.secret_env or ""
    secrets = [one for one in re.split(r"[\s,]+", environment.get(variable, "")) if one]
    if not secrets:
        raise NotSetUpError(variable)
    return secrets


def not_authentic(detail: str) -> RefusedError:
    """One answer for every way to fail: it says what to send, never what was wrong."""
    return RefusedError(HTTPStatus.UNAUTHORIZED, detail)
