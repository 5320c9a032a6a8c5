"""The policy folder: what operations keep under version control."""

from __future__ import annotations

from pathlib import Path

from routing.policy.reading.errors import PolicyError, PolicyErrors

DIRECTORY = "directory.csv"
"""The folder's list of known companies: data for enrichment, no part of the policy."""


def read_policy_folder(folder: Path, *, named: bool = False) -> dict[str, str]:
    """The policy files of a folder, name to text.

    FileNotFoundError when there is no folder, pointing to the setting unless somebody
    `named` it, PolicyErrors naming each file that is no text.
    """
    if not folder.is_dir():
        hint = "" if named else "; see BATON_POLICY_DIR"
        raise FileNotFoundError(f"There is no policy folder {folder}{hint}.")
    files: dict[str, str] = {}
    problems: list[PolicyError] = []
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".yml", ".csv") or path.name == DIRECTORY:
            continue
        try:
            files[path.name] = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            problems.append(PolicyError(path.name, None, "is not UTF-8 text"))
        except OSError as error:
            problems.append(PolicyError(path.name, None, f"cannot be read: {error.strerror}"))
    if problems:
        raise PolicyErrors(problems)
    return files
