"""The command itself: its exit status, and which words go where."""

import os
import subprocess
import sys

from .engine import EngineTest
from .project import ROOT


class Entry(EngineTest):
    def run_check(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "tools/deployment/check.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)

    def test_what_can_be_deployed_is_one_line_and_0(self) -> None:
        done = self.run_check(*self.arguments(Environment="dev", Gateway="simulated", GatewaySecretName=""))

        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertRegex(done.stdout, r"\Adeploy: .* \(a new stack\) goes to .*; environment dev, gateway simulated\n\Z")

    def test_what_must_be_mended_is_1_and_each_on_its_line(self) -> None:
        done = self.run_check(*self.arguments(Environment="prod", Gateway="simulated", FaultTriggers="enabled"))

        self.assertEqual((1, ""), (done.returncode, done.stdout))
        self.assertTrue(all(line.startswith("deploy: ") for line in done.stderr.splitlines()))

    def test_what_cannot_be_checked_is_2(self) -> None:
        done = self.run_check("--config-env", "nowhere")

        self.assertEqual((2, ""), (done.returncode, done.stdout))
        self.assertEqual(1, len(done.stderr.splitlines()))
