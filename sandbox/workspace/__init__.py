"""The state of the local Slack: people, conversations, messages, views. No input or output."""

from sandbox.workspace.messages import Workspace

__all__ = ["Workspace"]
