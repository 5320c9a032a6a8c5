"""Summaries by an OpenAI-compatible server, within one total deadline."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

import openai
from openai import DefaultHttpx2Client, OpenAI
from pydantic import ValidationError

from handlers.flows.ports import SummaryFailedError, WrittenSummary
from prompts.lead_summary import SummaryInput, SummaryReply, messages

DEADLINE_SECONDS = 4.0
MAX_TOKENS = 300


class OpenAiSummariser:
    """One attempt, no retries, no redirects, nothing kept by the server.

    The library's own time-out is per read, so a server that trickles would hold us for ever: the
    call runs on a thread that is left behind at the deadline.
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
            http_client=DefaultHttpx2Client(follow_redirects=False, trust_env=False),
        )
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="summary")

    def summarise(self, lead: SummaryInput) -> WrittenSummary:
        """The model's own words, still to be escaped. Raises SummaryFailedError."""
        future: Future[Any] = self._threads.submit(self._ask, lead)
        try:
            completion = future.result(timeout=self._deadline)
        except FutureTimeoutError:
            future.cancel()
            raise SummaryFailedError("timeout") from None
        except openai.LengthFinishReasonError:
            raise SummaryFailedError("truncated") from None
        except openai.OpenAIError as error:
            raise SummaryFailedError(type(error).__name__) from None
        except (ValidationError, ValueError):
            raise SummaryFailedError("unreadable") from None
        return _read(completion)

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
        input_tokens=usage.prompt_tokens if usage else None,
        output_tokens=usage.completion_tokens if usage else None,
    )
