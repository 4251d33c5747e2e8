"""What becomes of a function that does not come to its first event."""

from host_functions.process import FunctionProcess, InitFailed

from .functions import FunctionTest, is_running


class Initialisation(FunctionTest):
    def failure_of(self, environment: dict[str, str] | None = None, init_limit: float = 10.0) -> InitFailed:
        with self.assertRaises(InitFailed) as raised:
            FunctionProcess(self.directory, environment or {}, init_limit)
        return raised.exception

    def test_a_function_that_exits_is_a_runtime_exit_error(self) -> None:
        self.write_bootstrap("sys.exit(4)")

        failed = self.failure_of()

        self.assert_error("Runtime.ExitError", "Error: Runtime exited with error: exit status 4", failed.payload)

    def test_a_function_that_is_killed_is_a_runtime_exit_error(self) -> None:
        self.write_bootstrap("os.kill(os.getpid(), signal.SIGKILL)")

        failed = self.failure_of()

        self.assert_error("Runtime.ExitError", "Error: Runtime exited with error: signal 9", failed.payload)

    def test_what_a_function_wrote_before_it_gave_up_is_told(self) -> None:
        self.write_bootstrap('sys.exit("no setting FARE_TABLE")')

        self.assertIn("no setting FARE_TABLE", str(self.failure_of()))

    def test_an_error_of_initialisation_is_handed_on_as_it_is(self) -> None:
        error = '{"errorType":"NoTable",  "errorMessage":"none"}'
        self.write_bootstrap(f"call('POST', 'init/error', {error!r})\ntime.sleep(60)")

        self.assertEqual(error.encode(), self.failure_of().payload)

    def test_an_error_of_initialisation_counts_though_the_function_exits_after_it(self) -> None:
        self.write_bootstrap("""call("POST", "init/error", '{"errorType":"NoTable"}')\nsys.exit(1)""")

        self.assertEqual(b'{"errorType":"NoTable"}', self.failure_of().payload)

    def test_a_function_that_is_too_slow_is_taken_away(self) -> None:
        self.write_bootstrap('open("pid", "w").write(str(os.getpid()))\ntime.sleep(60)')

        failed = self.failure_of(init_limit=3.0)

        self.assert_error("Sandbox.Timedout", "Init timed out after 3.00 seconds", failed.payload)
        self.assertFalse(is_running(int(self.noted("pid"))))

    def test_a_missing_bootstrap_is_an_invalid_entrypoint(self) -> None:
        self.assertIn(b"Runtime.InvalidEntrypoint", self.failure_of().payload)

    def test_a_bootstrap_that_is_not_executable_is_an_invalid_entrypoint(self) -> None:
        self.write_bootstrap("next_event()")
        (self.directory / "bootstrap").chmod(0o644)

        self.assertIn(b"Runtime.InvalidEntrypoint", self.failure_of().payload)

    def test_a_bootstrap_that_is_no_program_is_an_invalid_entrypoint(self) -> None:
        self.write_bootstrap("")
        (self.directory / "bootstrap").write_bytes(b"PK\x03\x04")

        self.assertIn(b"Runtime.InvalidEntrypoint", self.failure_of().payload)

    def test_a_variable_that_no_process_can_have_fails_the_start(self) -> None:
        self.write_bootstrap("next_event()")

        self.assertIn(b"Runtime.InvalidEntrypoint", self.failure_of({"FARE": "a\0b"}).payload)
