"""The policy folder: what operations keep under version control."""

from __future__ import annotations

from pathlib import Path

DIRECTORY = "directory.csv"
"""The folder's list of known companies: data for enrichment, no part of the policy."""


def read_policy_folder(folder: Path) -> dict[str, str]:
    """The policy files of a folder, name to text. FileNotFoundError when there is no folder."""
    if not folder.is_dir():
        raise FileNotFoundError(f"BATON_POLICY_DIR: there is no folder {folder}")
    return {
        path.name: path.read_text(encoding="utf-8-sig")
        for path in sorted(folder.iterdir())
        if path.suffix in (".yml", ".csv") and path.name != DIRECTORY
    }
