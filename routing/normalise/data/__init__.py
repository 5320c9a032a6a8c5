"""Alias tables of the normaliser, read once at import by `routing.normalise.aliases`."""
