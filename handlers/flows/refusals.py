"""What a person is told when something cannot be done."""

from __future__ import annotations


class NotAllowedError(Exception):
    """The person may not do this; the message says who may."""


class AwayError(NotAllowedError):
    """Whom leads were to go to is away. The message says until when; who shows it adds how to say
    that it is meant all the same.
    """


class TooLateError(Exception):
    """Somebody else was first, or the lead has moved on; the message says what happened."""


class NotFoundError(Exception):
    """There is no such lead, case or person; the message says where to look."""


class NoLeadError(NotFoundError):
    """No lead matches some words; who shows it adds how to look for one."""
