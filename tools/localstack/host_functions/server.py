"""LocalStack's plugin: a server that other machines do not reach.

LocalStack's own takes a port on every interface, whatever address it was given, and goes on without the port where
somebody else has it. Whoever reaches it may run code on this machine.
"""

from localstack import config
from localstack.runtime.server.core import RuntimeServer, RuntimeServerPlugin
from localstack.runtime.server.twisted import TwistedRuntimeServer
from rolo.gateway import Gateway
from rolo.serving.twisted import TwistedGateway
from twisted.internet import reactor


class LoopbackServerPlugin(RuntimeServerPlugin):
    """Chosen by ``GATEWAY_SERVER=loopback``."""

    name = "loopback"

    def load(self, *_args: object, **_kwargs: object) -> RuntimeServer:
        return LoopbackServer()


class LoopbackServer(TwistedRuntimeServer):
    """Listens where ``GATEWAY_LISTEN`` says and nowhere else, without TLS."""

    def register(
        self, gateway: Gateway, listen: list[config.HostAndPort], _ssl_creds: tuple[str, str] | None = None
    ) -> None:
        """Raises CannotListenError where an address is taken, which ends LocalStack."""
        site = TwistedGateway(gateway)
        for address in listen:
            reactor.listenTCP(address.port, site, interface=address.host)
