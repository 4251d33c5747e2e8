"""Where the tools are, and how each one is run."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Tools:
    """The directory that tools/set-up puts the tools into."""

    directory: Path = ROOT / ".tools"

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
                ended = subprocess.run(
                    [str(part) for part in command],
                    cwd=cwd,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    errors="replace",
                    timeout=LIMIT_SECONDS,
                )
            except OSError as error:
                raise ToolFailed(f"{name} could not be started ({error.strerror}): run tools/set-up validate.") from error
            except subprocess.TimeoutExpired as error:
                raise ToolFailed(f"{name} did not end within {LIMIT_SECONDS:.0f} seconds.") from error
        return Ran(ended.returncode, ended.stdout, ended.stderr)
