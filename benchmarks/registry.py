"""The benchmarks: one line each."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import (
    csv_import,
    decide,
    fairness,
    form_to_dm,
    intake,
    matcher,
    pipeline,
    policy_check,
    recognise,
    replay,
    routing,
    scoring,
    startup,
    two_replicas,
)
from benchmarks.report import Report

BENCHMARKS: dict[str, Callable[[bool], Report]] = {
    "csv_import": csv_import.measure,
    "intake": intake.measure,
    "form_to_dm": form_to_dm.measure,
    "pipeline": pipeline.measure,
    "startup": startup.measure,
    "decide": decide.measure,
    "policy_check": policy_check.measure,
    "replay": replay.measure,
    "routing": routing.measure,
    "fairness": fairness.measure,
    "two_replicas": two_replicas.measure,
    "scoring": scoring.measure,
    "matcher": matcher.measure,
    "recognise": recognise.measure,
}
"""Each takes whether to be quick (a look, not a measurement) and gives its report."""
