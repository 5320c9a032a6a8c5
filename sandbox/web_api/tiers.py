"""Slack's rate tiers: how often an app may call a method in one workspace.

Figures of https://docs.slack.dev/apis/web-api/rate-limits/. Slack promises the rate and says of the
bursts only that they are tolerated (a small amount in tier 1, generous in tier 4): those numbers
are ours.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Allowance:
    """`burst` calls at once, then `per_minute` of them evenly."""

    per_minute: int
    burst: int


TIER_1 = Allowance(1, 10)
TIER_2 = Allowance(20, 40)
TIER_3 = Allowance(50, 100)
TIER_4 = Allowance(100, 300)
# "Hundreds per minute": auth.test, chat.getPermalink, and chat.postMessage over all channels.
HUNDREDS = Allowance(300, 300)
# chat.postMessage: one a second in each channel; "short bursts" are let through.
PER_CHANNEL = Allowance(60, 15)
