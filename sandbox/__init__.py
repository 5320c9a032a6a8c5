"""A local Slack workspace: the real app connects to it over the real protocol."""

from sandbox.driver import Driver, DriverError, PersonDriver
from sandbox.faults import Faults
from sandbox.manifest import ManifestError
from sandbox.seen import SeenMessage
from sandbox.server import PortTakenError, SandboxServer
from sandbox.workspace import Workspace
from sandbox.workspace.model import (
    APP_TOKEN,
    BOT_TOKEN,
    BOT_USER_ID,
    SIGNING_SECRET,
    SandboxChannel,
    SandboxPerson,
)
from sandbox.workspace.state import reset_state

__all__ = [
    "APP_TOKEN",
    "BOT_TOKEN",
    "BOT_USER_ID",
    "SIGNING_SECRET",
    "Driver",
    "DriverError",
    "Faults",
    "ManifestError",
    "PersonDriver",
    "PortTakenError",
    "SandboxChannel",
    "SandboxPerson",
    "SandboxServer",
    "SeenMessage",
    "Workspace",
    "reset_state",
]
