"""Copies of a sound template, and ways to break them."""

import json
import shutil
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

from template_checks.findings import Finding, Verdict
from template_checks.template import Template
from template_checks.tools import ROOT, Tools

SOUND = Path(__file__).parent / "sound"
TOOLS = Tools()


class CopyTest(unittest.TestCase):
    """A test with a directory of its own, in which a template lies with its definitions."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)

    def copy_of_the_sound_one(self) -> Path:
        shutil.copytree(SOUND, self.directory, dirs_exist_ok=True)
        return self.directory / "template.yaml"

    def copy_of_the_projects_own(self) -> Path:
        shutil.copytree(ROOT / "statemachine", self.directory / "statemachine")
        return Path(shutil.copy(ROOT / "template.yaml", self.directory))

    def broken(self, old: str, new: str) -> Path:
        """A copy of the sound template in which one piece of text is another."""
        path = self.copy_of_the_sound_one()
        text = path.read_text(encoding="utf-8")
        self.assertEqual(1, text.count(old), f"the sound template has once: {old}")
        path.write_text(text.replace(old, new), encoding="utf-8")
        return path

    def verdict(self, check: Callable[[Template, Tools], Verdict], path: Path) -> Verdict:
        return check(Template.read(path), TOOLS)

    def assert_one(self, findings: list[Finding], rule: str, resource: str, *words: str) -> None:
        """Exactly one finding, of this rule and at this resource, whose sentence has these words."""
        self.assertEqual([(rule, resource)], [(finding.rule, finding.resource) for finding in findings], findings)
        for word in words:
            self.assertIn(word, findings[0].sentence)


def rewrite(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Changes a file of JSON."""
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")
