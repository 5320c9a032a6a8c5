"""What the listeners are given."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.flows.ports import Ports


@dataclass(frozen=True)
class SlackEdge:
    """Made once in `bot.wiring`; every `register` takes it."""

    ports: Ports
