"""Somebody presses Ctrl-C while the tools run."""

import os
import select
import signal
import subprocess
import sys

from template_checks.tools import ROOT

from .copies import TOOLS, CopyTest

# The scanner's place is taken by one that never ends, and leaves that to a process of its own. Both hold the pipe open.
ENDLESS = """#!/bin/sh
exec > "{pipe}"
sleep 120 &
wait
"""


class Interrupted(CopyTest):
    def test_it_says_so_on_one_line_and_leaves_nothing_running(self) -> None:
        scanner = self.directory / "tools" / "scanner" / "bin" / "checkov"
        scanner.parent.mkdir(parents=True)
        for name in ("sam", "asl-validator"):
            (self.directory / "tools" / name).symlink_to(TOOLS.directory / name)
        pipe = self.directory / "pipe"
        os.mkfifo(pipe)
        scanner.write_text(ENDLESS.format(pipe=pipe), encoding="utf-8")
        scanner.chmod(0o755)
        command = [sys.executable, str(ROOT / "tools" / "template"), "--tools", str(self.directory / "tools")]
        with subprocess.Popen(
            [*command, str(self.copy_of_the_sound_one())],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            # Whoever runs the tests in the background may have them ignore it.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        ) as process:
            self.addCleanup(process.kill)
            # Opened once the scanner has opened it too.
            with pipe.open("rb") as end:
                process.send_signal(signal.SIGINT)
                _, errors = process.communicate(timeout=60)
                # It can be read, to its end, once nobody has it open.
                closed, _, _ = select.select([end], [], [], 10)

                self.assertEqual((130, "template: interrupted\n"), (process.returncode, errors))
                self.assertTrue(closed, "something is still running")
