"""Turn a workflow off or on again, from anywhere (G3)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from storage.audit import Actor
from storage.switches import SwitchName


def set_switch(ports: Ports, name: SwitchName, *, is_on: bool, actor: Actor, reason: str) -> bool:
    """Store the switch and tell the engine; False when it already stood that way.

    The row is the truth: every piece of work reads it before it starts. Pausing the engine only
    spares the waiting work from being picked up and put back.
    """
    now = ports.clock.now()
    with ports.database.writing() as work:
        changed = work.switches.set(name, is_on, by=actor.id, reason=reason, now=now)
        if changed:
            work.audit.append(
                f"switch:{name}",
                "switch.on" if is_on else "switch.off",
                actor=actor,
                now=now,
                correlation_id=f"switch-{name}",
                reason=reason,
            )
    if is_on:
        ports.engine.resume(name)
    else:
        ports.engine.pause(name)
    return changed
