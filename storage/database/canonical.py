"""JSON with one spelling for each value, so that it can be hashed."""

from __future__ import annotations

import json
from typing import Any


def canonical_json(value: Any) -> str:
    """Sorted keys, no white space, plain ASCII. TypeError for what JSON does not know."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def from_json(text: str) -> Any:
    return json.loads(text)
