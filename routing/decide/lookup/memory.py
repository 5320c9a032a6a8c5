"""What was found before, by what was asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Asked = TypeVar("Asked")
Found = TypeVar("Found")


class Memory(dict[Asked, Found]):
    """`memory[asked]` is what `find(asked)` gives, which is looked for once. It holds `most`
    answers; one more, and it begins anew.
    """

    def __init__(self, find: Callable[[Asked], Found], most: int) -> None:
        super().__init__()
        self._find = find
        self._most = most

    def __missing__(self, asked: Asked) -> Found:
        found = self._find(asked)
        if len(self) >= self._most:
            self.clear()
        self[asked] = found
        return found
