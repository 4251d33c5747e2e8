"""One process that runs a function, as one execution environment of Lambda does."""

import json
import os
import queue
import select
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from .runtime_api import Answer, Invocation, Ready, RuntimeApi, remaining

# Lambda gives initialisation ten seconds (AWS Lambda Developer Guide, "Lambda execution environment").
INIT_LIMIT_SECONDS = 10.0
STOP_LIMIT_SECONDS = 2.0
# What is kept of the words of a process that nobody has asked for yet.
KEPT_BYTES = 4 * 1024 * 1024
# More than a pipe holds, so that one read empties it.
PIPE_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Exited:
    """The process ended by itself; a negative status is the signal that ended it."""

    status: int

    def __str__(self) -> str:
        how = f"exit status {self.status}" if self.status >= 0 else f"signal {-self.status}"
        return f"Runtime exited with error: {how}"


@dataclass(frozen=True)
class Outcome:
    """What an invocation came to, and what the process wrote meanwhile."""

    payload: bytes
    is_error: bool
    logs: str


class InitFailed(Exception):
    """The function did not come to its first event. ``payload`` is the error as Lambda would give it.

    As text it also says what the process wrote, which nobody could ask for any more.
    """

    def __init__(self, payload: bytes, words: str = "") -> None:
        super().__init__(f"{payload.decode(errors='replace')}\n{words}".rstrip())
        self.payload = payload


def failure(error_type: str, message: str) -> bytes:
    """An error that Lambda itself gives, in its own form."""
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()


class FunctionProcess:
    """A running ``bootstrap``. It stays in the process group of whoever starts it, so that it goes away with that."""

    def __init__(self, directory: Path, environment: dict[str, str], init_limit: float = INIT_LIMIT_SECONDS) -> None:
        """Starts the process and waits until it asks for its first event.

        Raises InitFailed when it ends, gives up, or takes longer than ``init_limit`` seconds.
        """
        self._said: "queue.Queue[object]" = queue.Queue()
        self._words = bytearray()
        # Held by whoever reads from the pipe.
        self._pipe = threading.Lock()
        self._api = RuntimeApi(self._said)
        try:
            self._process = subprocess.Popen(
                [directory / "bootstrap"],
                cwd=directory,
                env={**environment, "AWS_LAMBDA_RUNTIME_API": self._api.address, "LAMBDA_TASK_ROOT": str(directory)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                bufsize=0,
            )
        except (OSError, ValueError) as error:
            # ValueError: a variable of the environment that cannot be one.
            self._api.close()
            raise InitFailed(failure("Runtime.InvalidEntrypoint", f"bootstrap cannot be run: {error}")) from error
        os.set_blocking(self._process.stdout.fileno(), False)
        # The second end is closed when the process has ended, which wakes whoever waits at the first.
        self._ended, self._running = os.pipe()
        self._waiter = threading.Thread(target=self._await_exit, name="function-exit", daemon=True)
        self._reader = threading.Thread(target=self._listen, name="function-words", daemon=True)
        self._waiter.start()
        self._reader.start()
        self._await_ready(init_limit)

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def invoke(self, invocation: Invocation) -> Outcome:
        """Hands over one event and waits for what comes of it, at the latest until its deadline.

        A process that is late is killed, as Lambda kills it; after that, or when it ended by itself, it is not alive.
        """
        self._forget()
        limit = remaining(invocation.deadline)
        self._api.deliver(invocation)
        while True:
            try:
                said = self._said.get(timeout=remaining(invocation.deadline))
            except queue.Empty:
                # Not asked to end first: what it did after its deadline would not be Lambda's.
                self._process.kill()
                self.stop()
                message = f"RequestId: {invocation.request_id} Error: Task timed out after {limit:.2f} seconds"
                return Outcome(failure("Sandbox.Timedout", message), True, self.words())
            match said:
                case Answer(request_id=request_id) if request_id == invocation.request_id:
                    return Outcome(said.body, said.is_error, self.words())
                case Exited():
                    # It stays said: another event would come to the same.
                    self._said.put(said)
                    message = f"RequestId: {invocation.request_id} Error: {said}"
                    return Outcome(failure("Runtime.ExitError", message), True, self.words())
                case _:
                    continue

    def words(self) -> str:
        """What the process wrote and nobody has asked for yet.

        Reads the pipe itself: the thread that also does may not have come to what was written just before an answer.
        """
        with self._pipe:
            self._read()
            words, self._words = self._words, bytearray()
        return words.decode(errors="replace")

    def stop(self) -> None:
        """Takes the process away. May be called again."""
        self._process.terminate()
        self._waiter.join(STOP_LIMIT_SECONDS)
        self._process.kill()
        self._waiter.join()
        self._reader.join()
        self._api.close()

    def _await_ready(self, limit: float) -> None:
        try:
            said = self._said.get(timeout=limit)
        except queue.Empty:
            said = None
        match said:
            case Ready():
                return
            case Answer(body=body):
                payload = body
            case Exited():
                payload = failure("Runtime.ExitError", f"Error: {said}")
            case _:
                payload = failure("Sandbox.Timedout", f"Init timed out after {limit:.2f} seconds")
        self.stop()
        raise InitFailed(payload, self.words())

    def _await_exit(self) -> None:
        # Not the end of the pipe: a child of the process may hold it open for longer.
        self._said.put(Exited(self._process.wait()))
        os.close(self._running)

    def _listen(self) -> None:
        """Keeps the pipe empty while the process lives, so that it is not held up by its own words."""
        readable = select.poll()
        readable.register(self._process.stdout)
        readable.register(self._ended)
        is_open = True
        while is_open and self._ended not in (ready for ready, _ in readable.poll()):
            with self._pipe:
                is_open = self._read()
        with self._pipe:
            self._read()
            self._process.stdout.close()
        os.close(self._ended)

    def _read(self) -> bool:
        """Takes what is in the pipe, and says whether more may come."""
        if self._process.stdout.closed:
            return False
        chunk = self._process.stdout.read(PIPE_BYTES)
        self._words += chunk or b""
        del self._words[:-KEPT_BYTES]
        # Nothing at present is None, the end is empty.
        return chunk != b""

    def _forget(self) -> None:
        """Drops what was said unasked, such as an answer given twice: events that are tried again have the same id."""
        while True:
            try:
                said = self._said.get_nowait()
            except queue.Empty:
                return
            if isinstance(said, Exited):
                self._said.put(said)
                return
