"""How a process ends: by itself, by a signal, too late, or because it is stopped."""

import os
import signal
import socket
import threading
import time

from .functions import ECHO, FunctionTest, eventually, invoke, is_running


class EndsByItself(FunctionTest):
    def assert_exit_error(self, how: str, payload: bytes) -> None:
        self.assert_error("Runtime.ExitError", f"RequestId: request-1 Error: Runtime exited with error: {how}", payload)

    def test_a_process_that_exits_is_a_runtime_exit_error(self) -> None:
        process = self.started("next_event()\nsys.exit(3)")

        outcome = invoke(process)

        self.assertTrue(outcome.is_error)
        self.assert_exit_error("exit status 3", outcome.payload)
        self.assertFalse(process.is_alive())

    def test_a_process_that_exits_without_an_error_is_a_runtime_exit_error_too(self) -> None:
        self.assert_exit_error("exit status 0", invoke(self.started("next_event()")).payload)

    def test_a_process_that_is_killed_is_a_runtime_exit_error(self) -> None:
        process = self.started("next_event()\nos.kill(os.getpid(), signal.SIGKILL)")

        self.assert_exit_error("signal 9", invoke(process).payload)

    def test_the_last_words_of_a_process_are_in_the_logs(self) -> None:
        process = self.started('next_event()\nwrite("first\\n")\nsys.exit("last")')

        self.assertEqual("first\nlast\n", invoke(process).logs)

    def test_an_event_for_a_process_that_is_dead_fails_at_once_however_often(self) -> None:
        process = self.started(ECHO)
        invoke(process)
        os.kill(process.pid, signal.SIGKILL)
        self.assertTrue(eventually(lambda: not process.is_alive()))

        self.assert_exit_error("signal 9", invoke(process).payload)
        self.assert_exit_error("signal 9", invoke(process).payload)

    def test_half_an_answer_is_none(self) -> None:
        process = self.started(
            """
request_id, _ = next_event()
api.putrequest("POST", f"/2018-06-01/runtime/invocation/{request_id}/response")
api.putheader("Content-Length", "100")
api.endheaders(b'{"fare":')
# The end is to come later than this much of the answer.
time.sleep(0.2)
sys.exit(5)
"""
        )
        self.assert_exit_error("exit status 5", invoke(process).payload)

    def test_the_end_is_noticed_though_a_child_of_the_process_lives_on(self) -> None:
        process = self.started(
            """
next_event()
child = subprocess.Popen(["/bin/sleep", "60"])
open("child", "w").write(str(child.pid))
os._exit(6)
"""
        )
        self.addCleanup(lambda: os.kill(int(self.noted("child")), signal.SIGKILL))
        began = time.monotonic()

        self.assert_exit_error("exit status 6", invoke(process).payload)
        process.stop()
        self.assertLess(time.monotonic() - began, 30.0)


class EndsTooLate(FunctionTest):
    def test_a_process_that_is_late_is_killed(self) -> None:
        process = self.started('next_event()\nwrite("at work\\n")\ntime.sleep(60)')

        outcome = invoke(process, seconds=0.5)

        self.assertTrue(outcome.is_error)
        self.assert_error(
            "Sandbox.Timedout", "RequestId: request-1 Error: Task timed out after 0.50 seconds", outcome.payload
        )
        self.assertEqual("at work\n", outcome.logs)
        self.assertFalse(is_running(process.pid))

    def test_a_process_that_is_late_does_nothing_more(self) -> None:
        process = self.started(
            """
def go_on(*_):
    open("late", "w").write("done after the deadline")

signal.signal(signal.SIGTERM, go_on)
next_event()
time.sleep(60)
"""
        )
        invoke(process, seconds=0.3)

        self.assertFalse((self.directory / "late").exists())

    def test_an_answer_within_the_time_counts_though_the_process_goes_on(self) -> None:
        process = self.started('answer(next_event()[0], "in time")\ntime.sleep(60)')

        self.assertEqual(b"in time", invoke(process).payload)
        # It does not ask for the next event, which is late therefore.
        self.assertIn(b"Sandbox.Timedout", invoke(process, seconds=0.2).payload)


class IsStopped(FunctionTest):
    def test_nothing_is_left_running(self) -> None:
        process = self.started('open("api", "w").write(os.environ["AWS_LAMBDA_RUNTIME_API"])\n' + ECHO)
        invoke(process)
        host, port = self.noted("api").split(":")

        process.stop()

        self.assertFalse(process.is_alive())
        self.assertFalse(is_running(process.pid))
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection((host, int(port)))
        self.assert_nothing_is_left()

    def test_a_process_may_be_stopped_twice(self) -> None:
        process = self.started(ECHO)

        process.stop()
        process.stop()

        self.assertFalse(process.is_alive())

    def test_a_process_may_be_stopped_by_two_at_the_same_time(self) -> None:
        process = self.started(ECHO)
        stops = [threading.Thread(target=process.stop) for _ in range(2)]

        for stop in stops:
            stop.start()
        for stop in stops:
            stop.join(5)

        self.assertFalse(any(stop.is_alive() for stop in stops))

    def test_a_process_may_end_what_it_does(self) -> None:
        process = self.started(
            """
def end(*_):
    time.sleep(0.2)
    open("ended", "w").write("in order")
    sys.exit()

signal.signal(signal.SIGTERM, end)
next_event()
"""
        )
        process.stop()

        self.assertEqual("in order", self.noted("ended"))

    def test_a_process_that_ignores_sigterm_is_killed(self) -> None:
        process = self.started("signal.signal(signal.SIGTERM, signal.SIG_IGN)\nnext_event()\ntime.sleep(60)")

        process.stop()

        self.assertFalse(is_running(process.pid))

    def test_an_invocation_ends_when_its_process_is_stopped(self) -> None:
        process = self.started('next_event()\nopen("begun", "w").write("yes")\ntime.sleep(60)')
        payloads = []
        invoking = threading.Thread(target=lambda: payloads.append(invoke(process, seconds=60).payload))
        invoking.start()
        self.noted("begun")

        process.stop()
        invoking.join(5)

        self.assertEqual(1, len(payloads))
        self.assertIn(b"signal 15", payloads[0])
