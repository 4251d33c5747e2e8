"""Paths are parsed once, and used as before."""

from host_functions import paths
from localstack.runtime import hooks
from localstack.services.stepfunctions.asl.component.common.path import result_path
from localstack.services.stepfunctions.asl.utils import json_path

from .functions import FunctionTest


class Paths(FunctionTest):
    def setUp(self) -> None:
        super().setUp()
        for module in (json_path, result_path):
            self.addCleanup(setattr, module, "parse", module.parse)
        paths.parse_paths_once()

    def test_localstack_does_it_when_it_starts(self) -> None:
        self.assertIs(paths.parse_paths_once, hooks.on_infra_start.manager.load("parse_paths_once").fn)

    def test_each_kind_of_path_is_parsed_once(self) -> None:
        for module in (json_path, result_path):
            self.assertIs(module.parse("$.fare.id"), module.parse("$.fare.id"))
        self.assertIsNot(json_path.parse("$.fare.id"), result_path.parse("$.fare.id"))

    def test_a_path_finds_what_is_there_each_time_that_it_is_used(self) -> None:
        for fare in ("wr_1", "wr_2"):
            self.assertEqual(fare, json_path.extract_json("$.request.fareId", {"request": {"fareId": fare}}))
        with self.assertRaises(json_path.NoSuchJsonPathError):
            json_path.extract_json("$.request.fareId", {"request": {}})
        for expected in ({"a": {"b": 1}}, {"a": {"b": 2}}):
            self.assertEqual(expected, result_path.parse("$.a.b").update_or_create({}, expected["a"]["b"]))
