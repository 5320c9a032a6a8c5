"""Towards the app: envelopes over Socket Mode or signed HTTP."""

from sandbox.delivery.deliver import Delivery
from sandbox.delivery.envelope import COMMAND, EVENT, INTERACTIVE, Reply
from sandbox.delivery.socket_mode import SocketHub

__all__ = ["COMMAND", "EVENT", "INTERACTIVE", "Delivery", "Reply", "SocketHub"]
