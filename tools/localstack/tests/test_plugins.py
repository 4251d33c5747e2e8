"""What LocalStack finds of this package."""

import importlib.metadata
import os
import tomllib
import warnings
from pathlib import Path

from host_functions import dynamodb
from host_functions.executor import HostRuntimeExecutor
from localstack import config
from localstack.runtime import hooks
from localstack.services.dynamodb.server import DynamodbServer
from localstack.services.lambda_.invocation.runtime_executor import EXECUTOR_PLUGIN_MANAGER, get_runtime_executor
from localstack.utils.common import TMP_THREADS, ShellCommandThread

from .functions import PATIENCE_SECONDS, FunctionTest, eventually

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
        # LocalStack leaves the other server's output to be closed by itself.
        self.enterContext(warnings.catch_warnings(category=ResourceWarning, action="ignore"))
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
        server = self.directory / "server"
        server.write_text('#!/bin/sh\necho "$BIND_HOST $GATEWAY_PORT $SERVICES" > "$NOTE"\nexec sleep 60\n')
        server.chmod(0o755)
        os.environ["NOTE"] = str(self.directory / "note")
        self.addCleanup(os.environ.pop, "NOTE")
        os.environ[dynamodb.SETTING] = str(server)
        dynamodb.replace_dynamodb()

        thread = DynamodbServer(port=4599).do_start_thread()
        self.addCleanup(self.stop, thread)

        self.assertEqual("127.0.0.1 4599 dynamodb\n", self.noted("note"))
        self.assertIn(thread, TMP_THREADS)

    def stop(self, thread: ShellCommandThread) -> None:
        # The server may be at work before its thread knows the process.
        thread.started.wait(PATIENCE_SECONDS)
        process = thread.process
        thread.stop()
        TMP_THREADS.remove(thread)
        self.assertTrue(eventually(lambda: process.poll() is not None))
