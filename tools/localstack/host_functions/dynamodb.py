"""LocalStack's plugin: another DynamoDB server where its own, which needs Java and a download, is to be.

LocalStack keeps its own front, and hands requests on to a server on a free port. Here that is a ministack, the engine that
the rest of the project runs on by default, whose DynamoDB has conditions and transactions right.
"""

import os
import subprocess
import sys

from localstack.runtime import hooks
from localstack.utils.common import TMP_THREADS, FuncThread

# Names the server's executable. Without it LocalStack is left as it is.
SETTING = "DYNAMODB_MINISTACK"
STOP_LIMIT_SECONDS = 2.0


@hooks.on_infra_start()
def replace_dynamodb() -> None:
    """Before any service starts: what would start Java starts the other server."""
    executable = os.environ.get(SETTING)
    if not executable:
        return
    from localstack.services.dynamodb.server import DynamodbServer

    def start(server: DynamodbServer) -> FuncThread:
        thread = ServerThread(executable, server.port)
        TMP_THREADS.append(thread)
        thread.start()
        return thread

    DynamodbServer.do_start_thread = start


def end_localstack(why: str) -> None:
    """Ends it at once: without its records it would only fail in many ways."""
    print(why, file=sys.stderr, flush=True)
    os._exit(1)


class ServerThread(FuncThread):
    """The server, in the form that LocalStack asks for.

    Unlike what LocalStack starts itself it stays in the process group of whoever starts it, so that it goes away with
    that, also where nobody is left to stop it.
    """

    # What LocalStack sets before it stops the server.
    auto_restart = False

    def __init__(self, executable: str, port: int) -> None:
        settings = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "SERVICES": "dynamodb"}
        # Its words go to LocalStack's log.
        self.process = subprocess.Popen([executable], env={**os.environ, **settings}, stdin=subprocess.DEVNULL)
        super().__init__(self._watch, name="dynamodb-ministack")

    def _watch(self, _params: object) -> None:
        status = self.process.wait()
        if self.running:
            end_localstack(f"the DynamoDB server ended by itself: status {status}")

    def stop(self, quiet: bool = False) -> None:
        """Takes the server away. May be called again."""
        super().stop(quiet)
        self.process.terminate()
        try:
            self.process.wait(STOP_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
