"""How the leads of an import are treated: said by its source, or for one import alone (I1)."""

from __future__ import annotations

from typing import Literal

from routing.values import Value

Telling = Literal["each", "digest", "none"]


class ImportHandling(Value):
    """`handling` of an import in `sources.yml`. The defaults disturb nobody.

    route: whether its leads go to owners at once; otherwise they wait in `queue` of `queues.yml`.
    clocks: whether deadlines start with the assignment. tell: a card for each lead, one digest
    for each owner and for each channel of cases, or nothing.
    """

    route: bool = True
    clocks: bool = False
    tell: Telling = "digest"
    queue: str = "default_review"
