"""LocalStack's plugin: an execution environment that is a process of this machine."""

import os
import threading
import time
from pathlib import Path

from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from .process import FunctionProcess, InitFailed
from .runtime_api import Invocation

HOST = "127.0.0.1"
# A function gets Lambda's own variables, its own, and these of this machine.
PASSED_ON = ("PATH", "TMPDIR")


class HostRuntimeExecutorPlugin(RuntimeExecutorPlugin):
    """Chosen by ``LAMBDA_RUNTIME_EXECUTOR=host``."""

    name = "host"

    def load(self, *_args: object, **_kwargs: object) -> type[RuntimeExecutor]:
        return HostRuntimeExecutor


class HostRuntimeExecutor(RuntimeExecutor):
    """Runs a function's ``bootstrap``, and starts it again where it died: Lambda gives the next event a new process too."""

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id, function_version)
        self._environment: dict[str, str] = {}
        self._process: FunctionProcess | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def start(self, env_vars: dict[str, str]) -> None:
        inherited = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        self._environment = inherited | {name: str(value) for name, value in env_vars.items()}
        self._running()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            process, self._process = self._process, None
        if process:
            process.stop()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        request_id = payload["invoke-id"]
        process = self._running()
        outcome = process.invoke(
            Invocation(
                request_id=request_id,
                function_arn=payload["invoked-function-arn"],
                trace_id=payload["trace-id"],
                event=payload["payload"].encode(),
                deadline=time.time() + self.function_version.config.timeout,
            )
        )
        # Lambda's own first and last line, so that no invocation is without words.
        version = self.function_version.id.qualifier
        words = outcome.logs
        if words and not words.endswith("\n"):
            words += "\n"
        logs = f"START RequestId: {request_id} Version: {version}\n{words}END RequestId: {request_id}\n"
        return InvocationResult(request_id, outcome.payload, outcome.is_error, logs)

    def get_address(self) -> str:
        return HOST

    def get_endpoint_from_executor(self) -> str:
        return HOST

    def get_runtime_endpoint(self) -> str:
        return f"http://{HOST}:{config.GATEWAY_LISTEN[0].port}/_localstack_lambda/{self.id}"

    def get_logs(self) -> str:
        process = self._process
        return process.words() if process else ""

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """The code is LocalStack's to remove."""

    def _running(self) -> FunctionProcess:
        with self._lock:
            if self._stopped:
                raise RuntimeError(f"execution environment {self.id} was stopped")
            if self._process and not self._process.is_alive():
                # It ended by itself, but its server and its threads are still there.
                self._process.stop()
                self._process = None
            if self._process is None:
                code = Path(self.function_version.config.code.get_unzipped_code_location())
                try:
                    self._process = FunctionProcess(code, self._environment)
                except InitFailed as error:
                    raise StatusErrorException(str(error), error.payload) from error
            return self._process
