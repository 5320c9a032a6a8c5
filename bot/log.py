"""Structured logs: ids and outcomes, never a value a lead typed."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up_logging(level: str) -> None:
    """One JSON line an event on standard error; readable lines when that is a terminal.

    Exceptions are logged by class and place only: their messages may quote a lead.
    """
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s %(message)s")
    for noisy in ("dbos", "apscheduler", "slack_bolt", "slack_sdk", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


def where_raised(error: BaseException) -> str:
    """`ValueError at flow.py:12`: enough to find it, without what it says."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    file = trace.tb_frame.f_code.co_filename.rsplit("/", 1)[-1]
    return f"{type(error).__name__} at {file}:{trace.tb_lineno}"
