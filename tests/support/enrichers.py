"""Providers whose answers a test writes down."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.flows.ports import EnrichmentFailedError, Ports
from routing.policy.tables.enrichment import Provider
from tests.support.policies import enacted

Answers = Mapping[str, str | int] | Exception


class WrittenEnrichers:
    """Each provider gives its written answer, nothing when it has none; counts who was asked."""

    def __init__(self, **answers: Answers) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str]] = []
        self.seconds: list[float] = []

    def ask(self, provider: Provider, domain: str, *, seconds: float) -> Mapping[str, str | int]:
        self.asked.append((provider.id, domain))
        self.seconds.append(seconds)
        answer = self.answers.get(provider.id, {})
        if isinstance(answer, Exception):
            raise answer
        return answer

    def counts(self) -> Mapping[tuple[str, str], int]:
        return {}

    def close(self) -> None:
        pass


def down(reason: str = "timeout") -> EnrichmentFailedError:
    return EnrichmentFailedError(reason)


A_SERVICE = "http: {{url: 'https://{0}.example.com/{{domain}}', fields: {{{1}}}}}"


def enrichment_file(
    *providers: str, fields: str = "company, company_size, industry, country"
) -> str:
    """`enrichment.yml` with one HTTP provider for each `id` or `id confidence`."""
    paths = ", ".join(f"{name}: {name}" for name in ALL)
    lines = [f"fields: [{fields}]", "providers:"]
    for stated in providers:
        name, _, confidence = stated.partition(" ")
        lines.append(f"  - id: {name}")
        lines.append(f"    confidence: {confidence or 'medium'}")
        lines.append(f"    {A_SERVICE.format(name, paths)}")
        lines.append("    max_age: 60d")
    return "\n".join(lines) + "\n"


ALL = ("company", "company_size", "industry", "country", "region", "city")


def adopt_enrichment(ports: Ports, text: str, **files: str) -> None:
    """Put the policy with this `enrichment.yml` in force."""
    with ports.database.writing() as work:
        active = ports.policies.active(work)
        stored = dict(work.policies.get(active.version).files)
        enacted(ports, work, stored | {"enrichment.yml": text} | files)
