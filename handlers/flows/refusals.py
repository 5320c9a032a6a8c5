"""What a person is told when something cannot be done."""

from __future__ import annotations


class NotAllowedError(Exception):
    """The person may not do this; the message says who may."""


class TooLateError(Exception):
    """Somebody else was first, or the lead has moved on; the message says what happened."""


class NotFoundError(Exception):
    """There is no such lead, case or person; the message says where to look."""
