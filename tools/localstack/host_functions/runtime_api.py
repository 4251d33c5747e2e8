"""The Lambda Runtime API for one function process.

The paths, headers and statuses are those of the AWS Lambda Developer Guide, "Using the Lambda runtime API for custom
runtimes".
"""

import contextlib
import json
import queue
import socket
import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERSION = "/2018-06-01/runtime/"
ACCEPTED = (202, {"status": "OK"})


@dataclass(frozen=True)
class Invocation:
    """One event for the function, and until when it may work on it (seconds since the epoch)."""

    request_id: str
    function_arn: str
    trace_id: str
    event: bytes
    deadline: float


@dataclass(frozen=True)
class Ready:
    """The function asked for its first event: it is initialised."""


@dataclass(frozen=True)
class Answer:
    """What the function made of an event, or of its own initialisation (then there is no request id)."""

    request_id: str | None
    body: bytes
    is_error: bool


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A process that ends in the middle of a request leaves nobody to answer; anything else is a mistake here."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class RuntimeApi:
    """Serves one process; what the process says is put into ``said``, in its order."""

    def __init__(self, said: "queue.Queue[object]") -> None:
        self._said = said
        self._waiting: "queue.Queue[Invocation | None]" = queue.Queue()
        self._asked = threading.Event()
        self._closed = threading.Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._serve, name="runtime-api", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """What ``AWS_LAMBDA_RUNTIME_API`` is to be."""
        return f"127.0.0.1:{self._server.server_port}"

    def deliver(self, invocation: Invocation) -> None:
        """Hands an event to the function as soon as it asks for one."""
        self._waiting.put(invocation)

    def close(self) -> None:
        """Ends the server; requests that still wait for an event get none. May be called again."""
        self._waiting.put(None)
        self._closed.set()
        # It waits for a connection, and looks whether it is closed when it has one. It may be gone already.
        with contextlib.suppress(ConnectionError):
            socket.create_connection(self._server.server_address).close()
        self._thread.join()

    def _serve(self) -> None:
        """Sleeps until there is a connection. Dozens of these servers that look around now and then keep a core busy."""
        with self._server:
            while not self._closed.is_set():
                self._server.handle_request()

    def _next(self) -> Invocation | None:
        if not self._asked.is_set():
            self._asked.set()
            self._said.put(Ready())
        invocation = self._waiting.get()
        if invocation is None:
            # The end is for every request that waits, not only for this one.
            self._waiting.put(None)
        return invocation

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body are sent one after the other; the body would wait for the head to be acknowledged, some 40 ms.
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                if self.path != VERSION + "invocation/next":
                    self._answer(404, {"errorType": "UnknownPath", "errorMessage": "no such path"})
                    return
                invocation = api._next()
                if invocation is None:
                    self.close_connection = True
                    return
                self._send(
                    200,
                    invocation.event,
                    {
                        "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                        "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
                        "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
                        "Lambda-Runtime-Trace-Id": invocation.trace_id,
                    },
                )

            def do_POST(self) -> None:
                body = self._body()
                if body is None:
                    return
                match self.path.removeprefix(VERSION).split("/"):
                    case ["init", "error"]:
                        api._said.put(Answer(None, body, is_error=True))
                        self._answer(*ACCEPTED)
                    case ["invocation", request_id, ("response" | "error") as kind]:
                        api._said.put(Answer(request_id, body, is_error=kind == "error"))
                        self._answer(*ACCEPTED)
                    case _:
                        self._answer(404, {"errorType": "UnknownPath", "errorMessage": "no such path"})

            def _body(self) -> bytes | None:
                length = self.headers.get("Content-Length")
                if length is None or not length.isdecimal():
                    self.close_connection = True
                    self._answer(411, {"errorType": "LengthRequired", "errorMessage": "a length is needed"})
                    return None
                body = self.rfile.read(int(length))
                if len(body) < int(length):
                    # The process ended while it wrote: half an answer is none.
                    self.close_connection = True
                    return None
                return body

            def _answer(self, status: int, content: dict) -> None:
                self._send(status, json.dumps(content).encode(), {})

            def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                if self.close_connection:
                    self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Requests are not logged: they carry the function's events."""

        return Handler


def remaining(deadline: float) -> float:
    """Seconds until then, never less than none."""
    return max(0.0, deadline - time.time())
