"""Route the leads of an import after all that were only stored (I1)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.refusals import TooLateError
from handlers.flows.steps.taking_in.import_work import audit_import, feed_routing
from storage.audit import Actor


def release_import(ports: Ports, import_id: str, actor: Actor) -> None:
    """Hand its waiting leads to routing, a few at a time.

    Raises MissingError, or TooLateError when its leads are routed already.
    """
    with ports.database.writing() as work:
        run = work.imports.lock(import_id)
        if run.handling.route:
            raise TooLateError(f"The leads of {import_id} are routed already.")
        handling = run.handling.model_copy(update={"route": True})
        run = run.model_copy(update={"handling": handling})
        work.imports.save(feed_routing(ports, work, run, "released"))
        audit_import(ports, work, run, "import.released", actor)
