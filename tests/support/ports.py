"""Ports for servers that have to know theirs before they start."""

from __future__ import annotations

import os
import socket
from itertools import count

BELOW_OUTGOING = range(15_000, 31_000)
"""Below the ports that systems hand out by themselves: nobody is given one of these meanwhile."""

_turns = count(os.getpid() * 97)


def free_port() -> int:
    """One that nobody listens on; another at each call, and elsewhere in each test process."""
    for turn in _turns:
        port = BELOW_OUTGOING[turn % len(BELOW_OUTGOING)]
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("unreachable")
