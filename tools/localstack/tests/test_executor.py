"""The execution environment as LocalStack uses it."""

import json
import os
import signal
import threading
from types import SimpleNamespace

from host_functions.executor import PASSED_ON, HostRuntimeExecutor
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import InvocationResult

from .functions import ARN, ECHO, OWN_ID, TRACE, FunctionTest, eventually, is_running, open_files


class Executor(FunctionTest):
    def executor(self, body: str, timeout: int = 5) -> HostRuntimeExecutor:
        """Not started yet. Of LocalStack's function version it has what an executor looks at."""
        self.write_bootstrap(body)
        code = SimpleNamespace(get_unzipped_code_location=lambda: self.directory)
        version = SimpleNamespace(
            id=SimpleNamespace(qualifier="$LATEST"), config=SimpleNamespace(timeout=timeout, code=code)
        )
        executor = HostRuntimeExecutor("environment-1", version)
        self.addCleanup(executor.stop)
        return executor

    def started(self, body: str, timeout: int = 5) -> HostRuntimeExecutor:
        executor = self.executor(body, timeout)
        executor.start({})
        return executor

    def invoke(self, executor: HostRuntimeExecutor, payload: str = "{}") -> InvocationResult:
        return executor.invoke(
            {"invoke-id": "request-1", "invoked-function-arn": ARN, "payload": payload, "trace-id": TRACE}
        )

    def kill(self, pid: int) -> None:
        """Returns when the process is gone and its end has been taken note of, as it would be between two events."""
        os.kill(pid, signal.SIGKILL)
        self.assertTrue(eventually(lambda: not any(thread.name == "function-exit" for thread in threading.enumerate())))

    def test_an_answer_is_a_result(self) -> None:
        result = self.invoke(self.started(ECHO), '{"fare": "M\u00fcnchen"}')

        self.assertEqual('{"fare": "M\u00fcnchen"}'.encode(), result.payload)
        self.assertEqual(("request-1", False), (result.request_id, result.is_error))

    def test_logs_have_a_first_and_a_last_line(self) -> None:
        for words, lines in (("", []), ("a\\n", ["a"]), ("a\\nb", ["a", "b"])):
            with self.subTest(words=words):
                executor = self.started(
                    f'request_id, _ = next_event()\nwrite("{words}")\nanswer(request_id, "1")\nnext_event()'
                )
                first, last = "START RequestId: request-1 Version: $LATEST", "END RequestId: request-1"
                self.assertEqual([first, *lines, last], self.invoke(executor).logs.splitlines())

    def test_words_that_nobody_asked_for_can_be_had(self) -> None:
        executor = self.executor('write("initialised\\n")\n' + ECHO)
        self.assertEqual("", executor.get_logs())

        executor.start({})

        self.assertEqual("initialised\n", executor.get_logs())

    def test_of_this_machine_a_function_gets_only_what_it_needs(self) -> None:
        executor = self.executor("answer(next_event()[0], json.dumps(dict(os.environ)))\nnext_event()")
        os.environ["NOT_FOR_FUNCTIONS"] = "1"
        self.addCleanup(os.environ.pop, "NOT_FOR_FUNCTIONS")

        executor.start({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": 128, "PATH": "/own"})
        environment = json.loads(self.invoke(executor).payload)

        self.assertEqual("128", environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])
        self.assertEqual("/own", environment["PATH"])
        lambdas = {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT"}
        # The interpreter sets the last one itself.
        self.assertLessEqual(set(environment), lambdas | {*PASSED_ON, "LC_CTYPE"})

    def test_a_dead_process_is_started_again_for_the_next_event(self) -> None:
        executor = self.started(OWN_ID)
        first = int(self.invoke(executor).payload)
        self.kill(first)

        result = self.invoke(executor)

        self.assertFalse(result.is_error)
        self.assertNotEqual(first, int(result.payload))

    def test_of_a_dead_process_nothing_is_left_once_it_is_replaced(self) -> None:
        executor = self.started(OWN_ID)
        pid = int(self.invoke(executor).payload)
        threads, files = threading.active_count(), open_files()

        for _ in range(3):
            self.kill(pid)
            pid = int(self.invoke(executor).payload)

        self.assertTrue(eventually(lambda: threading.active_count() <= threads), threading.enumerate())
        self.assertLessEqual(open_files(), files)

    def test_a_function_that_was_late_is_started_again_for_the_next_event(self) -> None:
        executor = self.started(
            """
request_id, event = next_event()
if event == b'"late"':
    time.sleep(60)
answer(request_id, event)
next_event()
""",
            timeout=1,
        )
        late = self.invoke(executor, '"late"')
        self.assertIn(b"Task timed out after 1.00 seconds", late.payload)
        self.assertTrue(late.is_error)

        self.assertEqual(b'"early"', self.invoke(executor, '"early"').payload)

    def test_a_function_that_cannot_start_fails_the_start(self) -> None:
        executor = self.executor("""call("POST", "init/error", '{"errorType":"NoTable"}')\nsys.exit(1)""")

        with self.assertRaises(StatusErrorException) as raised:
            executor.start({})

        self.assertEqual(b'{"errorType":"NoTable"}', raised.exception.payload)

    def test_a_function_that_cannot_start_again_fails_each_event_until_it_can(self) -> None:
        executor = self.started(OWN_ID)
        self.kill(int(self.invoke(executor).payload))
        self.write_bootstrap("sys.exit(7)")

        for _ in range(2):
            with self.assertRaises(StatusErrorException) as raised:
                self.invoke(executor)
            self.assertIn(b"exit status 7", raised.exception.payload)

        self.write_bootstrap(ECHO)
        self.assertEqual(b"{}", self.invoke(executor).payload)

    def test_a_stopped_environment_refuses_events(self) -> None:
        executor = self.started(OWN_ID)
        pid = int(self.invoke(executor).payload)

        executor.stop()
        executor.stop()

        self.assertFalse(is_running(pid))
        with self.assertRaisesRegex(RuntimeError, "environment-1 was stopped"):
            self.invoke(executor)
        with self.assertRaisesRegex(RuntimeError, "environment-1 was stopped"):
            executor.start({})

    def test_an_environment_that_never_started_may_be_stopped(self) -> None:
        self.executor(ECHO).stop()
