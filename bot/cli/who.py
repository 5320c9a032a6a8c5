"""Who gives a command, as the audit keeps it."""

from __future__ import annotations

import getpass
import os

from handlers.flows.telling.wording import KEYBOARD
from storage.audit import Actor


def at_the_keyboard() -> Actor:
    """The user's name on this machine; in a container there may be none."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):
        name = str(os.getuid())
    return Actor(kind="system", id=f"{KEYBOARD}{name}"[:80])
