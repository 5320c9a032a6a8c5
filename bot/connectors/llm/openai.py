"""Summaries by an OpenAI-compatible server, within one total deadline."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

import openai
from openai import DefaultHttpx2Client, OpenAI

from bot.connectors.llm.bounded import BoundedTransport
from handlers.flows.ports import SummaryFailedError, WrittenSummary
from prompts.lead_summary import SummaryInput, SummaryReply, messages

DEADLINE_SECONDS = 4.0
MAX_TOKENS = 300
_MOST_TOKENS = 2**31 - 1
"""More than any call can cost; a larger number is nonsense and no column holds it."""


class OpenAiSummariser:
    """One attempt, no retries, no redirects, nothing kept by the server.

    Connecting and waiting may still outlast the deadline on the library's thread: it is left
    behind, and the caller goes on.
    """

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str,
        model: str,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self.model = model
        self._deadline = deadline_seconds
        self._client = OpenAI(
            api_key=api_key,
            base_url=base_url,
            timeout=deadline_seconds,
            max_retries=0,
            http_client=DefaultHttpx2Client(
                transport=BoundedTransport(deadline_seconds),
                follow_redirects=False,
                trust_env=False,
            ),
        )
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="summary")

    def summarise(self, lead: SummaryInput) -> WrittenSummary:
        """The model's own words, still to be escaped. Raises SummaryFailedError."""
        future: Future[Any] = self._threads.submit(self._ask, lead)
        try:
            return _read(future.result(timeout=self._deadline))
        except FutureTimeoutError:
            future.cancel()
            raise SummaryFailedError("timeout") from None
        except SummaryFailedError:
            raise
        except openai.LengthFinishReasonError:
            raise SummaryFailedError("truncated") from None
        except openai.APITimeoutError:
            raise SummaryFailedError("timeout") from None
        except openai.OpenAIError as error:
            raise SummaryFailedError(type(error).__name__) from None
        except Exception:  # the library raises whatever an answer of another shape leads it to
            raise SummaryFailedError("unreadable") from None

    def _ask(self, lead: SummaryInput) -> Any:
        return self._client.chat.completions.parse(
            model=self.model,
            messages=messages(lead),  # type: ignore[arg-type]
            response_format=SummaryReply,
            max_completion_tokens=MAX_TOKENS,
            store=False,
        )

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._client.close()


def _read(completion: Any) -> WrittenSummary:
    choice = completion.choices[0].message if completion.choices else None
    reply = choice.parsed if choice else None
    if reply is None:
        raise SummaryFailedError("refused" if choice and choice.refusal else "empty")
    usage = completion.usage
    return WrittenSummary(
        text=reply.summary,
        input_tokens=_tokens(getattr(usage, "prompt_tokens", None)),
        output_tokens=_tokens(getattr(usage, "completion_tokens", None)),
    )


def _tokens(said: object) -> int | None:
    return said if type(said) is int and 0 <= said <= _MOST_TOKENS else None
