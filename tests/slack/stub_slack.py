"""A server that answers Web API calls exactly as it is told to."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """One scripted answer after some seconds; `body` None cuts the line instead."""

    body: bytes | Json | None = None
    status: int = 200
    seconds: float = 0
    headers: dict[str, str] = field(default_factory=dict)


class StubSlack:
    """Answers each method's script in turn, its last entry for ever; keeps what it was asked."""

    def __init__(self) -> None:
        self.script: dict[str, list[Answer]] = defaultdict(list)
        self.calls: list[tuple[str, Json]] = []
        self.stopping = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/api/"

    def answers(self, method: str, *answers: Answer | Json) -> None:
        self.script[method] = [a if isinstance(a, Answer) else Answer(a) for a in answers]

    def asked(self, method: str) -> list[Json]:
        return [arguments for name, arguments in self.calls if name == method]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _next(self, method: str) -> Answer:
        script = self.script[method]
        return script.pop(0) if len(script) > 1 else script[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                method = self.path.rpartition("/")[2]
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                is_json = "json" in self.headers.get("Content-Type", "")
                arguments = json.loads(body) if is_json else dict(parse_qsl(body))
                stub.calls.append((method, arguments))
                self._answer(stub._next(method))

            def _answer(self, answer: Answer) -> None:
                if stub.stopping.wait(answer.seconds) or answer.body is None:
                    self.close_connection = True
                    return
                raw = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body)
                content = raw if isinstance(raw, bytes) else raw.encode()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: object) -> None:
                return

        return Handler
