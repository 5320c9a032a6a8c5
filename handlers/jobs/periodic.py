"""What is due every day and every week: submitted under a dated work id (D3).

All replicas submit it and it runs once. It may be submitted again after a restart: what is as it
should be is left as it is.
"""

from __future__ import annotations

from handlers.flows.ports import FlowName, Ports


def rescore_daily(ports: Ports) -> None:
    """Leads whose interest fades, once for each UTC day."""
    _submit(ports, "rescore_leads", f"{ports.clock.now():%Y-%m-%d}")


def recalculate_quality_weekly(ports: Ports) -> None:
    """The data quality of all leads, once for each ISO week."""
    _submit(ports, "recalculate_quality", f"{ports.clock.now():%G-W%V}")


def _submit(ports: Ports, flow: FlowName, slot: str) -> None:
    with ports.database.writing() as work:
        ports.engine.submit(work, flow, slot, key=flow, work_id=f"{flow}:{slot}")
