"""What LocalStack finds of this package."""

import importlib.metadata
import os
import signal
import tomllib
from pathlib import Path
from unittest import mock

from host_functions import dynamodb
from host_functions.executor import HostRuntimeExecutor
from localstack import config
from localstack.runtime import hooks
from localstack.services.dynamodb.server import DynamodbServer
from localstack.services.lambda_.invocation.runtime_executor import EXECUTOR_PLUGIN_MANAGER, get_runtime_executor
from localstack.utils.common import TMP_THREADS

from .functions import FunctionTest, eventually

PROJECT = Path(__file__).parent.parent / "pyproject.toml"


class EntryPoints(FunctionTest):
    def test_the_installed_entry_points_are_those_of_the_project(self) -> None:
        for group, points in tomllib.loads(PROJECT.read_text())["project"]["entry-points"].items():
            installed = {point.name: point.value for point in importlib.metadata.entry_points(group=group)}
            for name, value in points.items():
                self.assertEqual(value, installed.get(name), f"{group}: {name}")

    def test_localstack_finds_the_executor(self) -> None:
        self.assertIs(HostRuntimeExecutor, EXECUTOR_PLUGIN_MANAGER.load("host").load())

    def test_the_setting_chooses_the_executor(self) -> None:
        self.addCleanup(setattr, config, "LAMBDA_RUNTIME_EXECUTOR", config.LAMBDA_RUNTIME_EXECUTOR)
        config.LAMBDA_RUNTIME_EXECUTOR = "host"

        self.assertIs(HostRuntimeExecutor, get_runtime_executor())

    def test_localstack_runs_the_replacement_of_dynamodb_when_it_starts(self) -> None:
        self.assertIs(dynamodb.replace_dynamodb, hooks.on_infra_start.manager.load("replace_dynamodb").fn)


class Dynamodb(FunctionTest):
    def setUp(self) -> None:
        super().setUp()
        self.original = DynamodbServer.do_start_thread
        self.addCleanup(setattr, DynamodbServer, "do_start_thread", self.original)
        before = os.environ.pop(dynamodb.SETTING, None)
        self.addCleanup(lambda: os.environ.pop(dynamodb.SETTING, None))
        if before is not None:
            self.addCleanup(os.environ.__setitem__, dynamodb.SETTING, before)

    def test_without_the_setting_it_is_left_as_it_is(self) -> None:
        dynamodb.replace_dynamodb()

        self.assertIs(self.original, DynamodbServer.do_start_thread)

    def test_the_other_server_gets_the_port_that_localstack_chose(self) -> None:
        thread = self.started('echo "$BIND_HOST $GATEWAY_PORT $SERVICES" > "$NOTE"; exec sleep 60')

        self.assertEqual("127.0.0.1 4599 dynamodb\n", self.noted("note"))
        self.assertIn(thread, TMP_THREADS)

    def test_it_goes_away_with_the_group_that_localstack_is_in(self) -> None:
        thread = self.started("exec sleep 60")

        self.assertEqual(os.getpgid(0), os.getpgid(thread.process.pid))

    def test_it_is_stopped_also_where_it_does_not_listen(self) -> None:
        self.addCleanup(setattr, dynamodb, "STOP_LIMIT_SECONDS", dynamodb.STOP_LIMIT_SECONDS)
        dynamodb.STOP_LIMIT_SECONDS = 0.1
        thread = self.started("trap '' TERM; echo deaf > \"$NOTE\"; while :; do sleep 0.1; done")
        self.noted("note")

        thread.stop()

        self.assertFalse(thread.running)
        self.assertEqual(-signal.SIGKILL, thread.process.returncode)
        thread.stop()

    def test_localstack_does_not_outlive_it(self) -> None:
        said = []
        self.enterContext(mock.patch.object(dynamodb, "end_localstack", said.append))

        self.started("exit 3")

        self.assertTrue(eventually(lambda: said))
        self.assertEqual(["the DynamoDB server ended by itself: status 3"], said)

    def test_localstack_outlives_one_that_is_stopped(self) -> None:
        said = []
        self.enterContext(mock.patch.object(dynamodb, "end_localstack", said.append))
        thread = self.started("exec sleep 60")

        thread.stop()
        thread.join()

        self.assertEqual([], said)

    def test_a_server_that_is_not_there_is_named(self) -> None:
        os.environ[dynamodb.SETTING] = str(self.directory / "nowhere")
        dynamodb.replace_dynamodb()

        with self.assertRaisesRegex(FileNotFoundError, "nowhere"):
            DynamodbServer(port=4599).do_start_thread()

    def started(self, script: str) -> dynamodb.ServerThread:
        server = self.directory / "server"
        server.write_text(f"#!/bin/sh\n{script}\n")
        server.chmod(0o755)
        os.environ["NOTE"] = str(self.directory / "note")
        self.addCleanup(os.environ.pop, "NOTE")
        os.environ[dynamodb.SETTING] = str(server)
        dynamodb.replace_dynamodb()
        thread = DynamodbServer(port=4599).do_start_thread()
        self.addCleanup(TMP_THREADS.remove, thread)
        self.addCleanup(thread.stop)
        return thread
