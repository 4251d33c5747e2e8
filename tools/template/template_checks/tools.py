"""Where the tools are, and how each one is run."""

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from pathlib import Path

from .findings import ToolFailed

ROOT = Path(__file__).resolve().parents[3]
# Far more than any of them takes.
LIMIT_SECONDS = 300.0
LAST_WORDS = 400


@dataclass(frozen=True)
class Ran:
    """How a tool ended, and what it wrote."""

    status: int
    output: str
    errors: str

    def last_words(self) -> str:
        """The end of what it wrote, on one line, to say why it failed."""
        return " ".join((self.errors.strip() or self.output.strip() or "it said nothing").split())[-LAST_WORDS:]


class Running:
    """The tools that run now, so that they can be stopped, with all that they have started."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._processes: set[subprocess.Popen[str]] = set()
        self._stopped = False

    def start(self, command: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> subprocess.Popen[str]:
        """Starts a tool. Raises ToolFailed once everything was stopped."""
        with self._lock:
            if self._stopped:
                raise ToolFailed("everything was stopped.")
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                # A group of its own, so that what it starts ends with it.
                start_new_session=True,
            )
            self._processes.add(process)
            return process

    def end(self, process: subprocess.Popen[str]) -> None:
        """Says that a tool has ended, or ends it."""
        with self._lock:
            self._processes.discard(process)
            kill(process)

    def stop(self) -> None:
        """Ends everything that runs, and lets nothing start any more."""
        with self._lock:
            self._stopped = True
            for process in self._processes:
                kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    """Ends a tool and what it has started, unless it has ended by itself."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


@dataclass(frozen=True)
class Tools:
    """The directory that tools/set-up puts the tools into."""

    directory: Path = ROOT / ".tools"
    running: Running = field(default_factory=Running, compare=False, repr=False)

    def run(self, command: Sequence[str | Path], cwd: Path = ROOT) -> Ran:
        """Runs a tool to its end, with nothing of this machine's settings: what it finds must not depend on whose it is.

        Raises ToolFailed where it does not start or does not end.
        """
        with tempfile.TemporaryDirectory() as home:
            environment = {
                "HOME": home,
                "PATH": f"{self.directory / 'sam' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
                "LANG": "C.UTF-8",
                "SAM_CLI_TELEMETRY": "0",
            }
            name = Path(command[0]).name
            try:
                process = self.running.start([str(part) for part in command], cwd, environment)
            except OSError as error:
                raise ToolFailed(f"{name} could not be started ({error.strerror}): run tools/set-up validate.") from error
            with process:
                try:
                    output, errors = process.communicate(timeout=LIMIT_SECONDS)
                except subprocess.TimeoutExpired as error:
                    raise ToolFailed(f"{name} did not end within {LIMIT_SECONDS:.0f} seconds.") from error
                finally:
                    self.running.end(process)
        return Ran(process.returncode, output, errors)
