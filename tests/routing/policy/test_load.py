"""Loading: everything wrong is said at once, with file and line."""

from __future__ import annotations

import pytest

from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyErrors
from routing.policy.reading.load import load_policy, load_policy_with_warnings
from routing.policy.tables.calendars import Window
from tests.routing.builders import example_files


def _errors(**changed: str | None) -> list[str]:
    """The errors of the example policy with some files changed (`rules_csv=...`; None: removed)."""
    files = example_files()
    for key, text in changed.items():
        name = ".".join(key.rsplit("_", 1))
        files.pop(name, None)
        if text is not None:
            files[name] = text
    with pytest.raises(PolicyErrors) as refused:
        load_policy(files)
    return [str(error) for error in refused.value.errors]


def _file(name: str, old: str = "", new: str = "") -> str:
    """A file of the example policy with one text replaced."""
    text = example_files()[name]
    assert old in text
    return text.replace(old, new, 1)


def _line(name: str, words: str) -> int:
    """The line of the example file that holds these words first."""
    lines = example_files()[name].splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def test_the_example_policy_is_clean() -> None:
    """It loads with no error and no warning."""
    policy, warnings = load_policy_with_warnings(example_files())

    assert warnings == ()
    assert policy.company.name == "Meridian Analytics"
    assert policy.pool_by_id["emea-sdr"].members[3].weight == 1


def test_a_policy_survives_storage() -> None:
    """Stored as JSON and read back it is the same policy."""
    policy = load_policy(example_files())

    assert Policy.model_validate_json(policy.model_dump_json()) == policy


def test_what_spreadsheets_write_is_accepted() -> None:
    """A byte order mark and CRLF line ends change nothing."""
    saved = {name: "\ufeff" + text.replace("\n", "\r\n") for name, text in example_files().items()}

    assert load_policy(saved) == load_policy(example_files())


def test_same_files_are_read_once() -> None:
    """Whoever asks again, in whatever order the files come, is given the value that is there."""
    files = example_files()

    assert load_policy(dict(reversed(files.items()))) is load_policy(files)
    assert load_policy(files | {"pools.yml": files["pools.yml"] + "\n"}) is not load_policy(files)


def test_missing_and_unknown_files_are_errors() -> None:
    """A policy is whole or refused, and a misspelt file name is recognised."""
    files = example_files()
    files["pool.yml"] = files.pop("pools.yml")

    with pytest.raises(PolicyErrors) as refused:
        load_policy(files)

    assert [str(error) for error in refused.value.errors] == [
        "pools.yml:1: the file is missing",
        "pool.yml:1: is not a file of a policy (did you mean 'pools.yml'?)",
    ]


def test_no_files_at_all() -> None:
    """Thirteen files are missing, and nothing else is complained about."""
    with pytest.raises(PolicyErrors) as refused:
        load_policy({})

    assert {error.message for error in refused.value.errors} == {"the file is missing"}
    assert len(refused.value.errors) == 13


def test_every_error_of_a_row_comes_at_once() -> None:
    """A value that is not of its form hides nothing else of its row: a wrong role and a missing
    e-mail address not the time zone, a wrong priority not the pool; what is sound is not told.
    """
    people = _file("people.csv", "anna.kowalczyk@meridian.example", "")
    row = next(line for line in people.splitlines() if line.startswith("anna,"))
    zone = next(cell for cell in row.split(",") if "/" in cell)
    wrong = row.replace(",sdr,", ",sdrr,").replace(zone, "Europe/Londn").replace("U0", "0")
    company = _file("company.yml", "default_time_zone: ", "colour: red\ndefault_time_zone: X")
    name = "    name: Americas SDRs\n"
    found = _errors(
        people_csv=people.replace(row, wrong),
        rules_csv=_file("rules.csv", ",0,pool:emea-sdr", ",high,pool:emea-sdrs"),
        company_yml=company,
        pools_yml=_file("pools.yml", name, f"{name}    calendar: nine-to-five\n    colour: red\n"),
    )

    here = f"people.csv:{_line('people.csv', 'anna,')}: "
    assert sorted(line.removeprefix(here) for line in found if line.startswith(here)) == [
        "'0SDRANNA' is not a Slack user id such as U0SDRANNA",
        "'email' is missing",
        "role 'sdrr' is not one of sdr, ae, manager, ops, admin (did you mean 'sdr'?)",
        "unknown time zone 'Europe/Londn' (did you mean 'Europe/London'?)",
    ]
    assert [line.split(": ", 1)[1] for line in found if not line.startswith(here)] == [
        "priority: 'high' is not a whole number",
        "unknown pool 'emea-sdrs' (did you mean 'emea-sdr'?)",
        "unknown calendar 'nine-to-five'",
        "unknown key 'colour'",
        "unknown key 'colour'",
        "unknown time zone 'XAmerica/New_York' (did you mean 'America/New_York'?)",
    ]


def test_errors_of_all_files_come_at_once() -> None:
    """Nobody fixes one file only to hear of the next."""
    found = _errors(
        people_csv=_file("people.csv", "business-us,yes,400", "buisness-us,yes,400"),
        rules_csv=_file("rules.csv", "pool:emea-sdr", "pool:emea-sdrs"),
        scoring_yml=_file("scoring.yml", "points: 15, when", "points: many, when"),
        sla_yml=_file("sla.yml", "acknowledge: 15m", "acknowledge: 15"),
        pools_yml=_file("pools.yml", "{person: carmen}", "{person: carmn}"),
        stages_yml=_file("stages.yml", "initial: new", "initial: nw"),
    )

    hint = "(did you mean"
    people, rule = _line("people.csv", "anna,"), _line("rules.csv", "pool:emea-sdr")
    assert found == [
        f"people.csv:{people}: unknown calendar 'buisness-us' {hint} 'business-us'?)",
        f"rules.csv:{rule}: unknown pool 'emea-sdrs' {hint} 'emea-sdr'?)",
        f"pools.yml:{_line('pools.yml', 'carmen')}: unknown person 'carmn' {hint} 'carmen'?)",
        f"scoring.yml:{_line('scoring.yml', 'id: email')}: "
        "points: entry 1: points: 'many' is not a whole number",
        f"sla.yml:{_line('sla.yml', 'id: demo')}: "
        "rules: entry 1: acknowledge: 15 has no unit: write 2h, 30m or 1d",
        f"stages.yml:1: initial names the unknown stage 'nw' {hint} 'new'?)".replace(
            ":1:", f":{_line('stages.yml', 'initial:')}:"
        ),
    ]


def test_a_refused_row_has_no_echo() -> None:
    """A person with a misspelt role is one error; the pools that name them are not wrong."""
    assert _errors(people_csv=_file("people.csv", "U0SDRANNA,sdr", "U0SDRANNA,sdrr")) == [
        f"people.csv:{_line('people.csv', 'anna,')}: role 'sdrr' is not one of "
        "sdr, ae, manager, ops, admin (did you mean 'sdr'?)"
    ]


def test_an_unreadable_file_has_no_echo() -> None:
    """While people.csv cannot be read, nobody in it is called unknown."""
    found = _errors(people_csv="id;name\nanna;Anna\n")

    assert found == ["people.csv:1: columns are separated by ';': save it with commas"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: [1, 2", "company.yml:1: expected ',' or ']', but got '<stream end>'"),
        ("a: &x 1\nb: *x\n", "company.yml:2: aliases (*name) are not allowed"),
        ("name: !!python/name:os.system ''\n", "company.yml:1: tags (!name) are not allowed"),
        ("name:\n" + "[" * 50, "company.yml:2: nested too deeply"),
        ("- just\n- a list\n", "company.yml:1: the file must hold `key: value` lines"),
        ("name: a\n---\nname: b\n", "company.yml:2: but found another document"),
        (
            "name: A\nname: B\nmanagers_channel: C0LEADDESK",
            "company.yml:2: key 'name' appears twice",
        ),
        ("x: 1\n\nname: \x00\n", "company.yml:3: character 0 is not allowed"),
        ("? [a]\n: b\n", "company.yml:1: a key must be a plain word"),
    ],
)
def test_yaml_that_is_not_plain_data_is_refused(text: str, expected: str) -> None:
    """Syntax errors, aliases, tags, deep nesting and double keys each name their line."""
    assert expected in _errors(company_yml=text)


def test_a_billion_laughs_is_refused_at_once() -> None:
    """Text that grows when expanded is refused at its first alias."""
    laughs = "a: &a [x, x]\n" + "\n".join(
        f"{b}: &{b} [{', '.join(['*' + a] * 9)}]" for a, b in zip("abcdef", "bcdefg", strict=True)
    )

    assert _errors(company_yml=laughs) == ["company.yml:2: aliases (*name) are not allowed"]


def test_norway_is_a_country() -> None:
    """Unquoted NO, on and times stay text instead of turning into booleans and numbers."""
    points = "{id: no, label: on, points: 5, when: {field: country, is_in: [NO, DE]}}"
    files = example_files()
    files["scoring.yml"] = f"high: 60\nmedium: 25\npoints:\n  - {points}\n"

    scoring = load_policy(files).scoring

    assert scoring.points[0].when.is_in == ("NO", "DE")
    assert (scoring.points[0].id, scoring.points[0].label) == ("no", "on")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("territory,countri\nx,DE\n", "1: unknown column 'countri' (did you mean 'country'?)"),
        ("territory,region\nx,DE-BE\n", "1: column 'country' is missing"),
        ("territory,country,country\n", "1: column 'country' appears twice"),
        ("# note\n\nterritory,country\nx\n", "4: 1 cells in this row, 2 columns in the header"),
        ('territory,country\n"x,DE\n', "2: not readable as CSV: unexpected end of data"),
        ('territory,country,city\nx,DE,"a\nb"\n', "2: a cell holds a line break or control code"),
        ('territory,country\n"x\ny",DE\nz,XX\n', "4: unknown country 'XX'"),
        ("territory,country\nx,\n", "2: 'country' is missing"),
        ("", "1: column 'territory' is missing"),
    ],
)
def test_tables_that_cannot_be_read_name_the_line(text: str, expected: str) -> None:
    """Columns, quoting and rows: each error with the line it starts on."""
    found = _errors(territories_csv=text)

    assert any(error.startswith(f"territories.csv:{expected}") for error in found)


def test_hours_are_written_as_people_write_them() -> None:
    """Nights run into the next day; a day may be whole; an empty span is refused."""
    assert Window.model_validate("22:00-06:00") == Window(opens=1320, closes=1800)
    assert Window.model_validate("00:00-24:00") == Window(opens=0, closes=1440)
    line = _line("calendars.yml", "monday")
    for bad in ("9-17", "09:00-09:00", "09:00-25:00"):
        found = _errors(calendars_yml=_file("calendars.yml", "09:00-17:30", bad))
        assert len(found) == 1
        said = f"weekly: monday: entry 1: '{bad}' is not a span"
        assert found[0].startswith(f"calendars.yml:{line}: {said}")


@pytest.mark.parametrize("text", ["15", "1.5h", "-3h", "h", "99999999d", "soon"])
def test_durations_have_a_unit_and_a_bound(text: str) -> None:
    """What cannot be a duration is refused with its line, and never crashes."""
    found = _errors(exceptions_yml=_file("exceptions.yml", "age_limit: 4h", f"age_limit: {text}"))

    assert len(found) == 1
    assert found[0].startswith(f"exceptions.yml:{_line('exceptions.yml', 'age_limit')}: age_limit")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("half_life: 14d", "half_lif: 14d", "unknown key 'half_lif' (did you mean 'half_life'?)"),
        ("half_life: 14d", "half_life: 0d", "entry 3: half_life: Input should be greater"),
        ("half_life: 14d", "half_life: 4000d", "entry 3: half_life: Input should be less"),
        ("cap: 40", "cap: 19", "cap 19 is less than one event gives (20)"),
        ("{fit: 100", "{fat: 100", "unknown key 'fat' (did you mean 'fit'?)"),
        ("{completeness: 50", "{complete: 50", "'complete' (did you mean 'completeness'?)"),
        ("full_name: 2", "ful_name: 2", "unknown field 'ful_name' (did you mean 'full_name'?)"),
    ],
)
def test_what_is_wrong_with_scoring_names_its_line(old: str, new: str, expected: str) -> None:
    """Misspelt keys deep in a file, bounds and caps: each with the line it is written on."""
    found = _errors(scoring_yml=_file("scoring.yml", old, new))
    line = _line("scoring.yml", old)

    assert found[0].startswith(f"scoring.yml:{line}: ")
    assert any(expected in error for error in found)


def test_spans_that_contradict_each_other_name_their_part() -> None:
    """Fresh for longer than it takes to go stale: the line is that of `quality`."""
    found = _errors(scoring_yml=_file("scoring.yml", "fresh_for: 90d", "fresh_for: 400d"))

    assert found == [
        f"scoring.yml:{_line('scoring.yml', 'quality:')}: "
        "quality: fresh_for must be shorter than stale_after"
    ]


def test_a_quote_that_never_ends_is_named() -> None:
    """Not even a heading could be read: that is an error of the file, not of the program."""
    with pytest.raises(PolicyErrors, match=r"rules\.csv:1: not readable as CSV"):
        load_policy(example_files() | {"rules.csv": '"id,territory\n'})
