"""Functions to test with: each is a real ``bootstrap`` that speaks the Runtime API."""

import json
import os
import sys
import tempfile
import threading
import time
import unittest
from collections.abc import Callable
from pathlib import Path

from host_functions.process import FunctionProcess, Outcome
from host_functions.runtime_api import Invocation

ARN = "arn:aws:lambda:eu-central-1:000000000000:function:tested"
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
# Long enough for a busy machine, and noticed at once where something never comes.
PATIENCE_SECONDS = 5.0

# What every bootstrap starts with. The interpreter reads no settings of its own, and starts quickly. A shell finds it, since
# the first line of a script cannot name a path with blanks.
RUNTIME = f"""#!/bin/sh
'''exec' "{sys.executable}" -IS "$0"
' '''
import http.client, json, os, signal, subprocess, sys, time

# The shell's, not the function's.
os.environ.pop("PWD", None)

api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])

def call(method, path, body=None):
    api.request(method, "/2018-06-01/runtime/" + path, body)
    response = api.getresponse()
    return response.headers, response.read()

def next_event():
    headers, event = call("GET", "invocation/next")
    return headers["Lambda-Runtime-Aws-Request-Id"], event

def answer(request_id, body):
    call("POST", f"invocation/{{request_id}}/response", body)

def write(words):
    print(words, end="", flush=True)

"""

ECHO = """
while True:
    answer(*next_event())
"""

# Answers each event with its process id.
OWN_ID = """
while True:
    answer(next_event()[0], str(os.getpid()))
"""


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it holds before patience ends."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class FunctionTest(unittest.TestCase):
    """Has a directory for a function's code, and fails where a test leaves a thread, a process or a file open."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self._threads = set(threading.enumerate())
        self._files = open_files()
        self.addCleanup(self.assert_nothing_is_left)

    def write_bootstrap(self, body: str) -> None:
        """Makes this the function's code, in place of what was there."""
        bootstrap = self.directory / "bootstrap"
        bootstrap.write_text(RUNTIME + body)
        bootstrap.chmod(0o755)

    def started(self, body: str, environment: dict[str, str] | None = None) -> FunctionProcess:
        """A process that has come to its first event; it is stopped at the end of the test."""
        self.write_bootstrap(body)
        process = FunctionProcess(self.directory, environment or {})
        self.addCleanup(process.stop)
        return process

    def noted(self, name: str) -> str:
        """What the function put into this file, which it may still be about to write."""
        file = self.directory / name
        self.assertTrue(eventually(lambda: file.exists() and file.read_text() != ""), f"{name} was not written")
        return file.read_text()

    def assert_error(self, error_type: str, message: str, payload: bytes) -> None:
        self.assertEqual({"errorType": error_type, "errorMessage": message}, json.loads(payload))

    def assert_nothing_is_left(self) -> None:
        self.assertTrue(eventually(lambda: set(threading.enumerate()) <= self._threads), threading.enumerate())
        with self.assertRaises(ChildProcessError, msg="a process is left"):
            os.waitpid(-1, os.WNOHANG)
        self.assertTrue(eventually(lambda: open_files() <= self._files), "files or sockets are left open")


def open_files() -> int:
    return len(os.listdir("/dev/fd"))


def invocation(event: bytes = b"{}", request_id: str = "request-1", seconds: float = PATIENCE_SECONDS) -> Invocation:
    return Invocation(request_id, ARN, TRACE, event, time.time() + seconds)


def invoke(
    process: FunctionProcess, event: bytes = b"{}", request_id: str = "request-1", seconds: float = PATIENCE_SECONDS
) -> Outcome:
    return process.invoke(invocation(event, request_id, seconds))
