"""A provider that answers over HTTP with one JSON object, as policy describes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import jmespath
import structlog
from jmespath.exceptions import JMESPathError

from bot.connectors.outgoing import Call, Limits, Outgoing, OutgoingError, Reach, Reply
from handlers.flows.ports import EnrichmentFailedError
from handlers.intake.problem import RefusedError
from handlers.intake.reading import read_object
from routing.policy.tables.enrichment import DOMAIN, HttpSource, Secret

log = structlog.get_logger(__name__)

LONGEST = 300
"""Characters of a value; longer ones are no company facts."""

ReadSecret = Callable[[str], str | None]
"""The secret of this environment variable, if there is one."""


class HttpEnricher:
    """Asks once, without retries: the lead goes on, and the next one asks again."""

    def __init__(
        self, name: str, source: HttpSource, outgoing: Outgoing, secret_of: ReadSecret
    ) -> None:
        self.name = name
        self._source = source
        self._outgoing = outgoing
        self._secret_of = secret_of
        self._found = jmespath.compile(source.found) if source.found else None
        self._paths = {name: jmespath.compile(field.path) for name, field in source.fields.items()}

    def look_up(self, domain: str) -> Mapping[str, str | int]:
        return self.look_up_within(domain, self._source.deadline_seconds)

    def look_up_within(self, domain: str, seconds: float) -> Mapping[str, str | int]:
        """The same within so many seconds, if the source's own deadline is not shorter."""
        call = Call(
            url=self._source.url.replace(DOMAIN, quote(domain, safe="")),
            headers={"Accept": "application/json", **self._secret_header()},
            reach=Reach(
                ports=self._source.ports,
                allow_http=self._source.allow_http,
                allow_private=self._source.allow_private,
            ),
            limits=Limits(
                seconds=min(seconds, self._source.deadline_seconds),
                connect_seconds=self._source.connect_seconds,
                max_bytes=self._source.max_bytes,
            ),
        )
        try:
            reply = self._outgoing.send(call)
        except OutgoingError as error:
            raise EnrichmentFailedError(error.reason) from None
        return self._read(reply)

    def _secret_header(self) -> dict[str, str]:
        secret = self._source.secret
        return {} if secret is None else {secret.header: self._secret_value(secret)}

    def _secret_value(self, secret: Secret) -> str:
        value = self._secret_of(secret.env)
        if not value:
            raise EnrichmentFailedError("secret_missing")
        if not (value.isascii() and value.isprintable()):
            raise EnrichmentFailedError("secret_unusable")
        return f"{secret.prefix}{value}"

    def _read(self, reply: Reply) -> Mapping[str, str | int]:
        if reply.status == HTTPStatus.NOT_FOUND:
            return {}
        if reply.status != HTTPStatus.OK:
            raise EnrichmentFailedError(f"status_{reply.status}", after=_retry_after(reply))
        try:
            answer = read_object(reply.body, _number)
        except RefusedError:
            raise EnrichmentFailedError("unreadable") from None
        try:
            if self._found is not None and not self._found.search(answer):
                return {}
            values = {str(name): path.search(answer) for name, path in self._paths.items()}
        except (JMESPathError, RecursionError, ArithmeticError, TypeError, ValueError):
            raise EnrichmentFailedError("unmapped") from None
        return self._usable(values)

    def _usable(self, values: Mapping[str, Any]) -> dict[str, str | int]:
        """The values that can be company facts; null is not known, anything else is a mistake."""
        kept: dict[str, str | int] = {}
        for field, value in values.items():
            if (plain := _plain(value)) is not None:
                kept[field] = plain
            elif value is not None:
                log.warning("enrichment_value_unusable", provider=self.name, field=field)
        return kept


def _number(text: str) -> int | float:
    return int(text) if text.removeprefix("-").isdigit() else float(text)


def _plain(value: object) -> str | int | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 10**15 else None
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST else None


def _retry_after(reply: Reply) -> timedelta:
    """The seconds of `Retry-After`; a date or anything else counts as not given."""
    stated = reply.headers.get("retry-after", "").strip()
    fine = stated.isascii() and stated.isdigit() and len(stated) <= 6
    return timedelta(seconds=int(stated)) if fine else timedelta()
