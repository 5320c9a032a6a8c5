"""The plan of the house: which rooms there are, what things are called, that tests speak."""

from __future__ import annotations

import ast
import tomllib

from tests.house.modules import BESIDE, ROOMS, ROOT, modules

FOLDERS = {*ROOMS, *BESIDE, "docs", "policy", "requirements"}
"""What stands at the top; `var/` and hidden folders are nobody's code."""
SHARED_NAMES = {"conftest", "__init__", "__main__"}
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "manager", "service", "misc"}


def test_rooms_are_those_of_the_plan() -> None:
    """A new top-level package is a decision, not an accident."""
    folders = {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and not path.name.startswith((".", "__")) and path.name != "var"
    }
    packages = {name for name in folders if (ROOT / name / "__init__.py").exists()}

    assert folders - {"build", "dist"} <= FOLDERS
    assert {*ROOMS, "tests"} <= packages <= {*ROOMS, *BESIDE}


def test_what_is_installed_is_what_runs() -> None:
    """The wheel holds the rooms and no test."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]

    assert sorted(wheel["only-include"]) == sorted(ROOMS)
    assert "Private :: Do Not Upload" in project["project"]["classifiers"]


def test_every_folder_of_code_is_a_package() -> None:
    """A folder without `__init__.py` is found by some tools and not by others."""
    folders = {module.path.parent for module in modules(*ROOMS, *BESIDE)}

    assert [str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists()] == []


def test_modules_are_named_after_what_they_hold() -> None:
    """A word that fits everything says nothing."""
    wrong = [
        module.name
        for module in modules(*ROOMS, *BESIDE)
        for word in module.name.rpartition(".")[2].split("_")
        if word in EMPTY_WORDS
    ]

    assert wrong == []


def test_every_module_says_what_it_is() -> None:
    """The first line of a file tells whether to read on."""
    wrong = [
        module.place(1)
        for module in modules(*ROOMS, *BESIDE)
        if not module.is_package and not ast.get_docstring(module.tree)
    ]

    assert wrong == []


def test_every_test_states_its_promise() -> None:
    """A test's docstring is the sentence that it proves."""
    wrong = [
        f"{module.place(node.lineno)}: {node.name}"
        for module in modules("tests")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]

    assert wrong == []


def test_every_test_file_is_collected() -> None:
    """A file of tests with a name that pytest does not know proves nothing."""
    wrong = [
        module.place(node.lineno)
        for module in modules("tests")
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not module.path.name.startswith("test_")
    ]

    assert wrong == []
