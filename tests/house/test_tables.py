"""Explicit tables, one line an entry: a file that is missing from its table is found here."""

from __future__ import annotations

import ast
from typing import get_args

from bot.cli import app
from handlers.flows.ports import FlowName
from handlers.flows.registry import FLOWS
from handlers.slack import ids, listeners
from storage.database.base import metadata
from storage.schema import TABLES
from storage.switches import SWITCHES
from tests.house.modules import Module, modules


def defining(package: str, name: str) -> set[str]:
    """Modules of a package that define a function or a value of this name at their top."""
    return {
        module.name
        for module in modules(package.partition(".")[0])
        if module.name.startswith(package + ".") and name in _defined(module)
    }


def _defined(module: Module) -> set[str]:
    names = {n.name for n in module.tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    assigned = [n for n in module.tree.body if isinstance(n, ast.Assign)]
    return names | {t.id for n in assigned for t in n.targets if isinstance(t, ast.Name)}


def test_every_interaction_is_registered() -> None:
    """A file of `handlers/slack` with a `register` stands in the table of listeners."""
    listed = {module.__name__ for module in listeners._INTERACTIONS}

    assert defining("handlers.slack", "register") == listed
    assert listeners._INTERACTIONS[-1].__name__ == "handlers.slack.fallback"


def test_every_id_is_in_its_table() -> None:
    """An id that no table holds is registered by nobody and checked by no test."""
    constants = {
        name: value
        for name, value in vars(ids).items()
        if name.isupper() and isinstance(value, str)
    }
    tables = (*ids.ACTIONS, *ids.VIEWS, *ids.EVENTS, *ids.COMMANDS)
    inputs = {value for name, value in constants.items() if name.endswith("_INPUT")}

    assert sorted(constants.values()) == sorted({*tables, *inputs})
    assert len(set(tables)) == len(tables)


def test_every_durable_flow_is_in_the_registry() -> None:
    """Each name that may be submitted has its function, its queue and a switch that there is."""

    assert FLOWS.keys() == set(get_args(FlowName))
    for name, flow in FLOWS.items():
        assert flow.run.__name__ == name
        assert flow.run.__module__.startswith("handlers.flows.")
        assert flow.run.__module__.endswith(f".{name}")
        assert flow.switch in SWITCHES


def test_every_command_group_is_mounted() -> None:
    """A file of `bot/cli` with an `app` is a group of the command."""
    mounted = {group.typer_instance for group in app.registered_groups}
    names = {group.name for group in app.registered_groups}

    assert len(mounted) == len(defining("bot.cli", "app"))
    assert len(names) == len(mounted)


def test_every_endpoint_file_is_added() -> None:
    """A file of `bot/web` with an `add_to` is called by the application."""
    (web_app,) = [module for module in modules("bot") if module.name == "bot.web.app"]
    called = {
        node.value.id
        for node in ast.walk(web_app.tree)
        if isinstance(node, ast.Attribute) and node.attr == "add_to"
        and isinstance(node.value, ast.Name)
    }  # fmt: skip

    assert {name.rpartition(".")[2] for name in defining("bot.web", "add_to")} == called


def test_every_table_is_in_the_schema() -> None:
    """A table that no migration test sees would be missing in production."""

    assert {table.name for table in TABLES} == set(metadata.tables)
    assert len(TABLES) == len(metadata.tables)
