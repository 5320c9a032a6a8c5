"""A small server that answers as an OpenAI-compatible one, or misbehaves as it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

PATH = "/v1/chat/completions"


@dataclass
class Asked:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


def completion(content: str | None, **changes: Any) -> dict[str, Any]:
    """A whole answer of the API; `changes` replace its parts, `message_` those of the message."""
    message = {"role": "assistant", "content": content, "refusal": None}
    message |= {k.removeprefix("message_"): v for k, v in changes.items() if "message_" in k}
    choice = {"index": 0, "finish_reason": changes.pop("finish_reason", "stop"), "message": message}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_800_000_000,
        "model": "test-model-2026",
        "choices": [choice],
        "usage": {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150},
    } | {k: v for k, v in changes.items() if "message_" not in k}


def summary(text: str) -> dict[str, Any]:
    return completion(json.dumps({"summary": text}))


class Handler(BaseHTTPRequestHandler):
    """What an answer is written with; `server.model` says which."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.model.asked.append(Asked(self.path, headers, json.loads(body)))
        try:
            self.server.model.answer(self)
        except ConnectionError:
            self.close_connection = True

    do_GET = do_POST

    def send(
        self, body: bytes, status: int = 200, media: str = "application/json", **headers: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def send_json(self, value: object, status: int = 200, **headers: str) -> None:
        self.send(json.dumps(value).encode(), status, **headers)

    def wait(self, seconds: float) -> None:
        """Wait, or less when the test is over."""
        self.server.model.over.wait(seconds)

    def log_message(self, *_: object) -> None:
        pass


Answering = Callable[[Handler], None]


@dataclass
class ModelServer:
    """`answer` decides what each request gets; `asked` keeps the requests."""

    answer: Answering = field(default=lambda handler: handler.send_json(summary("A lead.")))
    asked: list[Asked] = field(default_factory=list)
    over: Event = field(default_factory=Event)
    port: int = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, model: ModelServer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.model = model

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def running_model() -> Iterator[ModelServer]:
    """The server on a free port until the block ends."""
    model = ModelServer()
    with Server(model) as server:
        model.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield model
        finally:
            model.over.set()
            server.shutdown()
            thread.join()
