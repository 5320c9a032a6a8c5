"""`sources.yml`: where leads come from, and what each source calls its fields (I1)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from routing.policy.tables.imports import ImportHandling
from routing.policy.tables.mail import MailPolicy
from routing.values import Value


class SourcePolicy(Value):
    """One source of `sources.yml`.

    `fields` maps Baton's plain field names to the names the source uses. `key` is a form's,
    mailbox's, partner's or import's name in the URL. `secret_env` names the variable that holds
    the source's secrets, several while one is being replaced.
    """

    id: str
    kind: Literal["web", "email", "partner", "import"]
    key: str
    name: str
    default_region: str | None = None
    trust: Literal["high", "normal", "low"] = "normal"
    fields: dict[str, str] = Field(default_factory=dict)
    secret_env: str | None = None
    honeypot: str | None = None
    """A form field that people do not see; what fills it is a machine."""
    origins: tuple[str, ...] = ()
    """Sites whose pages may post this form, `https://www.example.com`; `*` is every site."""
    per_minute: int | None = Field(default=None, ge=1)
    """How many deliveries one sender address may make in a minute; no limit when not stated."""
    envelope: str | None = None
    """The member of a partner's JSON object that holds the lead; the object itself otherwise."""
    mail: MailPolicy = MailPolicy()
    handling: ImportHandling | None = None
    """How the leads of an import are treated; the defaults when it is not stated."""

    @property
    def has_own_ids(self) -> bool:
        """Whether a record's id tells by itself which record it is: anybody may type one into an
        open form, and the rows of two lists are both numbered from 1.
        """
        return self.kind == "partner" or self.trust == "high"
