"""Block Kit: what Slack accepts in messages and views, with its limits."""

from sandbox.block_kit.blocks import elements_of, label_of
from sandbox.block_kit.documents import checked_blocks, checked_view
from sandbox.block_kit.elements import ELEMENTS
from sandbox.block_kit.values import all_options

__all__ = ["ELEMENTS", "all_options", "checked_blocks", "checked_view", "elements_of", "label_of"]
