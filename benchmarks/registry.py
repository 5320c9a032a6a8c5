"""The benchmarks: one line each."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import decide, form_to_dm, intake, pipeline, startup
from benchmarks.report import Report

BENCHMARKS: dict[str, Callable[[bool], Report]] = {
    "intake": intake.measure,
    "form_to_dm": form_to_dm.measure,
    "pipeline": pipeline.measure,
    "startup": startup.measure,
    "decide": decide.measure,
}
"""Each takes whether to be quick (a look, not a measurement) and gives its report."""
