"""`baton aliases`: words that leads brought and no vocabulary knew."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from bot.cli.desk import open_desk, reading
from bot.cli.output import AsJson, counted, show_json, show_lines, show_table
from bot.cli.who import at_the_keyboard
from handlers.flows.matching.review_words import accept_word, aliases_file, dismiss_word

app = typer.Typer(no_args_is_help=True, help="Words that no vocabulary knew.")

Vocabulary = Annotated[str, typer.Argument(help="industry, title, country, region, legal_form.")]
Word = Annotated[str, typer.Argument(help="The word as leads bring it.")]


@app.command("list")
def list_words(
    state: Annotated[
        Literal["open", "accepted", "dismissed"], typer.Option(help="Which words.")
    ] = "open",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
    as_json: AsJson = False,
) -> None:
    """Words that no vocabulary knew, the most frequent first."""
    with reading() as (_, work):
        words = work.unread_words.listed(state, limit)
    if as_json:
        show_json(words)
        return
    rows = [(w.vocabulary, w.raw, w.seen, f"{w.last_seen:%Y-%m-%d}", w.value) for w in words]
    names = ("vocabulary", "word", "seen", "last", "means")
    show_table(counted(len(words), "word"), names, rows)


@app.command()
def accept(
    vocabulary: Vocabulary,
    word: Word,
    value: Annotated[str, typer.Argument(help="What it means; - for nothing certain.")],
    as_json: AsJson = False,
) -> None:
    """Say what a word means; its row of the policy's aliases.csv is proposed for approval."""
    with open_desk() as ports:
        proposal = accept_word(ports, vocabulary, word, value, at_the_keyboard())
    said = f"{word!r} means {value} in the vocabulary {vocabulary}."
    _done(f"{said} It is proposed as {proposal.id}: somebody with the role approves it.", as_json)


@app.command()
def dismiss(vocabulary: Vocabulary, word: Word, as_json: AsJson = False) -> None:
    """Take a word off the list; it stays unread when leads bring it again."""
    with open_desk() as ports:
        dismiss_word(ports, vocabulary, word, at_the_keyboard())
    _done(f"{word!r} is off the list of {vocabulary}.", as_json)


@app.command()
def export(as_json: AsJson = False) -> None:
    """Print aliases.csv with every accepted word: review it, then put it into the policy folder."""
    with reading() as (ports, work):
        text = aliases_file(ports, work)
    if as_json:
        show_json({"aliases.csv": text})
    else:
        show_lines(text.rstrip("\n").split("\n"))


def _done(text: str, as_json: bool) -> None:
    if as_json:
        show_json({"done": text})
    else:
        show_lines([text])
