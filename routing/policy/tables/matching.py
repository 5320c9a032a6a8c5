"""How sure Baton must be that two leads are one person (`matching.yml`)."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from routing.values import Value


class Matching(Value):
    """Thresholds of the matcher.

    `certain` and `review` are probabilities: from `certain` on two leads are merged without
    asking, from `review` on a person is asked. `phone_name_similarity` (81 to 100) is how alike
    two names must be for a shared phone number to count as certain. `largest_cluster` is how many
    leads may be taken for one person by chaining pairs.
    """

    certain: float = Field(default=0.99, ge=0.9, le=1)
    review: float = Field(default=0.2, ge=0.01, le=1)
    phone_name_similarity: int = Field(default=85, gt=80, le=100)
    largest_cluster: int = Field(default=20, ge=2, le=1000)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.review >= self.certain:
            raise ValueError("review must be below certain")
        return self
