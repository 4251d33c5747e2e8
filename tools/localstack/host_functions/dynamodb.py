"""LocalStack's plugin: another DynamoDB server where its own, which needs Java and a download, is to be.

LocalStack keeps its own front, and hands requests on to a server on a free port. Here that is a ministack, the engine that
the rest of the project runs on by default, whose DynamoDB has conditions and transactions right.
"""

import os

from localstack.runtime import hooks
from localstack.utils.common import TMP_THREADS, FuncThread, ShellCommandThread

# Names the server's executable. Without it LocalStack is left as it is.
SETTING = "DYNAMODB_MINISTACK"


@hooks.on_infra_start()
def replace_dynamodb() -> None:
    """Before any service starts: what would start Java starts the other server."""
    executable = os.environ.get(SETTING)
    if not executable:
        return
    from localstack.services.dynamodb.server import DynamodbServer

    def start(server: DynamodbServer) -> FuncThread:
        settings = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(server.port), "SERVICES": "dynamodb"}
        thread = ShellCommandThread([executable], env_vars=settings, name="dynamodb-ministack")
        TMP_THREADS.append(thread)
        thread.start()
        return thread

    DynamodbServer.do_start_thread = start
