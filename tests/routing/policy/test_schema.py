"""The schema that editors check policy files by, against the example and against wrong files."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from routing.policy.reading.load import FILES, TABLES
from routing.policy.reading.read_csv import read_csv
from routing.policy.reading.schema import schema_of, schemas
from tests.routing.builders import example_files

YAML = [file for file in FILES if file.endswith(".yml")]


class _Editor(yaml.SafeLoader):
    """Reads as editors do, by YAML 1.2: a date is text, a fraction is a number."""


_Editor.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in found if not tag.endswith(":timestamp")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _problems(file: str, text: str) -> list[str]:
    value = yaml.load(text, _Editor)
    return [error.message for error in Draft202012Validator(schema_of(file)).iter_errors(value)]


@pytest.mark.parametrize("file", FILES)
def test_each_schema_is_one(file: str) -> None:
    """It holds to the draft that it names."""
    Draft202012Validator.check_schema(schema_of(file))

    assert schema_of(file)["title"] == file


@pytest.mark.parametrize("file", YAML)
def test_the_example_holds_to_the_schema(file: str) -> None:
    """An editor underlines nothing in it."""
    assert _problems(file, example_files()[file]) == []


@pytest.mark.parametrize("file", TABLES)
def test_the_columns_of_the_example_are_those_of_the_schema(file: str) -> None:
    """A table's schema is that of a row: its columns and which of them must be there."""
    schema = schema_of(file)
    header = next(x for x in example_files()[file].splitlines() if not x.startswith("#")).split(",")

    assert set(schema["required"]) <= set(header) <= set(schema["properties"])
    assert read_csv(file, example_files()[file], schema["properties"], ()).errors == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("sla.yml", "acknowledge: 15m", "acknowledge: 15"),
        ("sla.yml", "acknowledge: 15m", "acknowlege: 15m"),
        ("sla.yml", "remind_at_percent: 75", "remind_at_percent: 175"),
        ("queues.yml", "age_limit: 2d", "age_limit: two days"),
        ("calendars.yml", "monday:", "munday:"),
        ("calendars.yml", '"09:00-17:30"', '"9-17"'),
        ("calendars.yml", "always: true", "always: often"),
        ("pools.yml", "    strategy: fewest_active", "    strategy: fewest"),
        ("pools.yml", "pools:", "pool:"),
        ("pools.yml", "weight: 2", "weight: 0"),
        ("stages.yml", "initial: new", "start: new"),
        ("sources.yml", "kind: web", "kind: telex"),
        ("segments.yml", "min_size: 1000", "min_size: many"),
    ],
)
def test_what_cannot_be_is_seen_while_typing(file: str, old: str, new: str) -> None:
    """Misspelt keys, values out of bounds, short forms gone wrong."""
    text = example_files()[file]
    assert old in text

    assert _problems(file, text.replace(old, new, 1))


def _refused(file: str, column: str, value: object) -> bool:
    schema = schema_of(file)
    part = schema["properties"][column] | {"$defs": schema.get("$defs", {})}
    return not Draft202012Validator(part).is_valid(value)


@pytest.mark.parametrize("target", ["pool:emea-sdr", "queue:holding", "nurture"])
def test_a_target_is_written_short(target: str) -> None:
    """As in the table, not as it is kept."""
    assert not _refused("rules.csv", "send_to", target)
    assert _refused("rules.csv", "send_to", f"{target}s and more")


def test_what_a_key_means_is_told() -> None:
    """The docstrings of the code are what an editor shows beside a key."""
    company: dict[str, Any] = schema_of("company.yml")
    source = schema_of("sources.yml")["$defs"]["SourcePolicy"]

    assert "Slack channel id" in company["properties"]["managers_channel"]["description"]
    assert "A form field that people do not see" in source["properties"]["honeypot"]["description"]
    assert all(one.get("description") or "$defs" in one for one in schemas().values())
