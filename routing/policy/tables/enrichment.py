"""`enrichment.yml`: who is asked about a lead's company, how, and for how long it is believed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal, get_args

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import Field, field_validator, model_validator

from routing.provenance import Confidence
from routing.values import Duration, Value
from routing.web_address import HTTPS_PORT, parse_web_address

EnrichedField = Literal["company", "company_size", "industry", "country", "region", "city"]
ENRICHED_FIELDS: tuple[EnrichedField, ...] = get_args(EnrichedField)
DOMAIN = "{domain}"

_ENVIRONMENT = re.compile(r"[A-Z][A-Z0-9_]*")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_RESERVED = ("host", "content-length", "transfer-encoding", "connection", "accept-encoding")


class FieldPath(Value):
    """Where a field stands in the answer, by JMESPath; written as text or with a confidence."""

    path: str
    confidence: Confidence | None = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        return {"path": value} if isinstance(value, str) else value

    @field_validator("path")
    @classmethod
    def _compiles(cls, path: str) -> str:
        return readable_path(path)


def readable_path(path: str) -> str:
    """The path as it is; ValueError when it is no JMESPath expression."""
    try:
        jmespath.compile(path)
    except JMESPathError as error:
        raise ValueError(f"is no JMESPath expression: {str(error).splitlines()[0]}") from None
    return path


class Secret(Value):
    """A header that carries the secret of an environment variable, never of the policy."""

    env: str
    header: str = "Authorization"
    prefix: str = Field(default="", max_length=40, pattern=r"^[\x20-\x7e]*$")

    @field_validator("env")
    @classmethod
    def _names_a_variable(cls, env: str) -> str:
        if not _ENVIRONMENT.fullmatch(env):
            raise ValueError("write the name of an environment variable, never the secret itself")
        return env

    @field_validator("header")
    @classmethod
    def _is_a_header(cls, header: str) -> str:
        if not _HEADER.fullmatch(header) or header.lower() in _RESERVED:
            raise ValueError(f"{header!r} is not a header for a secret")
        return header


class Breaker(Value):
    """After so many failures in a row nobody is asked for a while; then one call tries."""

    failures: int = Field(default=5, ge=1, le=1000)
    retry_after: Duration = timedelta(minutes=1)


class HttpSource(Value):
    """A web service that answers with one JSON object; `{domain}` in `url` is the lead's.

    `found` is a JMESPath condition; without it every answer counts. Seconds may be fractions.
    `allow_http` and `allow_private` (exact host names) are for services inside and for trials.
    """

    url: str
    secret: Secret | None = None
    found: str | None = None
    fields: dict[EnrichedField, FieldPath] = Field(min_length=1)
    per_second: int | None = Field(default=None, ge=1, le=10_000)
    per_minute: int | None = Field(default=None, ge=1, le=100_000)
    connect_seconds: float = Field(default=1, gt=0, le=30)
    deadline_seconds: float = Field(default=2, gt=0, le=60)
    max_bytes: int = Field(default=256 * 1024, ge=1, le=5_000_000)
    ports: tuple[int, ...] = (HTTPS_PORT,)
    allow_http: bool = False
    allow_private: tuple[str, ...] = ()
    breaker: Breaker = Breaker()

    @field_validator("found")
    @classmethod
    def _compiles(cls, found: str | None) -> str | None:
        return None if found is None else readable_path(found)

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if url.count(DOMAIN) != 1:
            raise ValueError("needs {domain} once, where the company's domain goes")
        host, _, _ = url.partition("://")[2].partition("/")
        if DOMAIN in host.partition("?")[0]:
            raise ValueError("{domain} belongs in the path or the query, not in the host")
        parse_web_address(url.replace(DOMAIN, "example.com"))
        return url

    @model_validator(mode="after")
    def _is_reachable(self) -> HttpSource:
        address = parse_web_address(self.url.replace(DOMAIN, "example.com"))
        if address.scheme == "http" and not self.allow_http:
            raise ValueError("url must be https; a trial without it needs allow_http: true")
        if address.port not in self.ports:
            raise ValueError(f"port {address.port} of url is not among ports")
        return self


class Provider(Value):
    """One source of company facts: a `file` beside the policy (.csv, .sqlite) or `http`.

    An answer is believed for `max_age`, an answer that knows nothing for `max_age_of_nothing`.
    """

    id: str
    file: str | None = None
    http: HttpSource | None = None
    confidence: Confidence = "medium"
    max_age: Duration = timedelta(days=60)
    max_age_of_nothing: Duration = timedelta(days=7)

    @field_validator("file")
    @classmethod
    def _is_beside_the_policy(cls, file: str | None) -> str | None:
        parts = (file or "").split("/")
        if file is not None and (file.startswith("/") or ".." in parts or "\\" in file):
            raise ValueError(f"{file!r} must lie in the policy folder")
        if file is not None and not file.endswith((".csv", ".sqlite")):
            raise ValueError(f"{file!r} is neither a .csv nor a .sqlite file")
        return file

    @model_validator(mode="after")
    def _has_one_source(self) -> Provider:
        if (self.file is None) == (self.http is None):
            raise ValueError("a provider has either a file or http")
        return self

    @property
    def gives(self) -> tuple[EnrichedField, ...]:
        """The fields it may know."""
        if self.http is None:
            return ENRICHED_FIELDS
        return tuple(field for field in ENRICHED_FIELDS if field in self.http.fields)

    def confidence_of(self, field: EnrichedField) -> Confidence:
        stated = self.http.fields[field].confidence if self.http else None
        return stated or self.confidence


class Enrichment(Value):
    """Providers are asked in this order; each fills what is still open of `fields`.

    `budget_seconds` is what one lead may spend on all of them.
    """

    fields: tuple[EnrichedField, ...] = ("company", "company_size", "industry", "country")
    budget_seconds: float = Field(default=3, gt=0, le=60)
    providers: tuple[Provider, ...] = (
        Provider(id="directory", file="directory.csv", confidence="high"),
    )
