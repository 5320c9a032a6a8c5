"""Checks of a whole policy, one subject a file."""
