"""The Slack Web API: a registry of methods over the workspace."""

from sandbox.web_api.call import Call, Slack
from sandbox.web_api.registry import METHODS, answer

__all__ = ["METHODS", "Call", "Slack", "answer"]
