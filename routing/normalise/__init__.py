"""Cleaning of lead fields: values in, values out; what is not certain stays None and is flagged."""

from routing.normalise.aliases import DEFAULT_ALIASES, Aliases
from routing.normalise.lead import Flag, NormalisedLead, RawLead, normalise

__all__ = ["DEFAULT_ALIASES", "Aliases", "Flag", "NormalisedLead", "RawLead", "normalise"]
