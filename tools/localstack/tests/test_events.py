"""What becomes of an event: its answer, and what the process wrote meanwhile."""

import json
import os
import time

from host_functions.process import KEPT_BYTES

from .functions import ARN, ECHO, OWN_ID, TRACE, FunctionTest, invocation, invoke


class Answers(FunctionTest):
    def test_an_answer_is_handed_on_as_it_is(self) -> None:
        outcome = invoke(self.started(ECHO), b'{"fare":  1}')

        self.assertEqual((b'{"fare":  1}', False), (outcome.payload, outcome.is_error))

    def test_an_error_is_handed_on_with_the_type_that_the_function_gave_it(self) -> None:
        process = self.started(
            """
request_id, event = next_event()
call("POST", f"invocation/{request_id}/error", event)
next_event()
"""
        )

        outcome = invoke(process, b'{"errorType":"PaymentDeclined",  "errorMessage":"no"}')

        self.assertEqual(b'{"errorType":"PaymentDeclined",  "errorMessage":"no"}', outcome.payload)
        self.assertTrue(outcome.is_error)

    def test_one_event_after_another_goes_through_the_same_process(self) -> None:
        process = self.started(OWN_ID)

        answers = [invoke(process, request_id=f"request-{number}").payload for number in range(3)]

        self.assertEqual([str(process.pid).encode()] * 3, answers)

    def test_an_event_comes_with_its_request_id_arn_trace_and_deadline(self) -> None:
        process = self.started(
            """
headers, _ = call("GET", "invocation/next")
answer(headers["Lambda-Runtime-Aws-Request-Id"], json.dumps({name.lower(): value for name, value in headers.items()}))
next_event()
"""
        )
        event = invocation(request_id="8476a536-e9f4-11e8-9739-2dfe598c3fcd")

        headers = json.loads(process.invoke(event).payload)

        self.assertEqual("8476a536-e9f4-11e8-9739-2dfe598c3fcd", headers["lambda-runtime-aws-request-id"])
        self.assertEqual(ARN, headers["lambda-runtime-invoked-function-arn"])
        self.assertEqual(TRACE, headers["lambda-runtime-trace-id"])
        self.assertEqual(str(int(event.deadline * 1000)), headers["lambda-runtime-deadline-ms"])

    def test_a_late_answer_is_not_taken_for_the_next_events(self) -> None:
        process = self.started(
            """
first, _ = next_event()
answer(first, "first")
second, _ = next_event()
answer(first, "late")
answer(second, "second")
next_event()
"""
        )
        invoke(process, request_id="request-1")

        self.assertEqual(b"second", invoke(process, request_id="request-2").payload)

    def test_an_answer_given_twice_does_not_answer_the_same_event_tried_again(self) -> None:
        process = self.started(
            """
request_id, _ = next_event()
answer(request_id, "first")
answer(request_id, "first again")
open("answered", "w").write("twice")
request_id, _ = next_event()
answer(request_id, "second")
next_event()
"""
        )
        invoke(process, request_id="request-1")
        self.noted("answered")

        self.assertEqual(b"second", invoke(process, request_id="request-1").payload)

    def test_an_event_and_an_answer_of_megabytes_pass_whole(self) -> None:
        event = os.urandom(3_000_000).hex().encode()

        self.assertEqual(event, invoke(self.started(ECHO), event).payload)

    def test_events_are_not_held_up_on_their_way(self) -> None:
        process = self.started(ECHO)
        began = time.monotonic()

        for number in range(100):
            invoke(process, request_id=f"request-{number}")

        # Each took 90 ms while head and body of an answer waited for one another.
        self.assertLess(time.monotonic() - began, 5.0)


class Words(FunctionTest):
    def test_the_logs_of_an_invocation_are_what_it_wrote(self) -> None:
        process = self.started(
            """
while True:
    request_id, event = next_event()
    for number in range(50):
        print(request_id, "output", number, flush=True)
        print(request_id, "error", number, file=sys.stderr, flush=True)
    answer(request_id, event)
"""
        )
        for event in range(50):
            request = f"request-{event}"
            lines = [f"{request} {kind} {number}\n" for number in range(50) for kind in ("output", "error")]
            self.assertEqual("".join(lines), invoke(process, request_id=request).logs)

    def test_words_written_during_initialisation_come_with_the_first_event(self) -> None:
        process = self.started('write("initialised\\n")\n' + ECHO)

        self.assertEqual(["initialised\n", ""], [invoke(process).logs, invoke(process).logs])

    def test_a_line_that_has_not_ended_is_part_of_the_logs(self) -> None:
        process = self.started(
            """
request_id, event = next_event()
write("no end of li")
answer(request_id, event)
next_event()
"""
        )
        self.assertEqual("no end of li", invoke(process).logs)

    def test_words_that_are_no_text_are_replaced(self) -> None:
        process = self.started(
            """
request_id, event = next_event()
os.write(1, b"a \\xff b")
answer(request_id, event)
next_event()
"""
        )
        self.assertEqual("a \ufffd b", invoke(process).logs)

    def test_more_words_than_a_pipe_holds_do_not_hold_up_the_function(self) -> None:
        process = self.started(
            """
request_id, event = next_event()
write("word " * 200_000)
answer(request_id, event)
next_event()
"""
        )
        outcome = invoke(process)

        self.assertEqual(b"{}", outcome.payload)
        self.assertEqual("word " * 200_000, outcome.logs)

    def test_of_too_many_words_the_last_are_kept(self) -> None:
        process = self.started(
            f"""
request_id, event = next_event()
write("first" + "-" * {KEPT_BYTES} + "last")
answer(request_id, event)
next_event()
"""
        )
        logs = invoke(process).logs

        self.assertEqual(KEPT_BYTES, len(logs))
        self.assertTrue(logs.endswith("-last"))

    def test_a_function_that_closes_its_output_still_answers(self) -> None:
        process = self.started('write("last words")\nos.close(1)\nos.close(2)\n' + ECHO)

        self.assertEqual(["last words", ""], [invoke(process).logs, invoke(process).logs])


class Surroundings(FunctionTest):
    def test_the_environment_is_only_what_was_given(self) -> None:
        process = self.started(
            """
api_address = os.environ["AWS_LAMBDA_RUNTIME_API"]
# The interpreter sets this one itself.
os.environ.pop("LC_CTYPE", None)
answer(next_event()[0], json.dumps([dict(os.environ), api_address, os.getcwd()]))
next_event()
""",
            {"FARE": "1", "AWS_LAMBDA_RUNTIME_API": "elsewhere", "LAMBDA_TASK_ROOT": "/var/task"},
        )
        environment, api_address, working_directory = json.loads(invoke(process).payload)

        self.assertEqual(
            {"FARE": "1", "AWS_LAMBDA_RUNTIME_API": api_address, "LAMBDA_TASK_ROOT": str(self.directory)}, environment
        )
        self.assertRegex(api_address, r"^127\.0\.0\.1:\d+$")
        self.assertEqual(self.directory.resolve(), type(self.directory)(working_directory).resolve())
