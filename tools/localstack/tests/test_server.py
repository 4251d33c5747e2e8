"""Where LocalStack listens."""

import gc
import socket
import warnings

from host_functions.server import LoopbackServer
from localstack import config
from localstack.runtime.components import BaseComponents
from localstack.utils.net import get_free_tcp_port
from rolo.gateway import Gateway
from twisted.internet import reactor
from twisted.internet.error import CannotListenError
from twisted.web.resource import Resource
from twisted.web.server import Site

from .functions import FunctionTest


class Server(FunctionTest):
    @classmethod
    def setUpClass(cls) -> None:
        # From its first port on Twisted keeps a file in reserve.
        reactor.listenTCP(0, Site(Resource()), interface="127.0.0.1").stopListening()
        reactor.iterate()

    def setUp(self) -> None:
        super().setUp()
        before = set(reactor.getReaders())
        self.addCleanup(lambda: self.close(set(reactor.getReaders()) - before))

    def close(self, ports: set) -> None:
        for port in ports:
            port.stopListening()
        # It closes them in its next turn, and leaves those that could not listen to the garbage collector.
        reactor.iterate()
        gc.collect()

    def test_the_setting_chooses_it(self) -> None:
        self.addCleanup(setattr, config, "GATEWAY_SERVER", config.GATEWAY_SERVER)
        config.GATEWAY_SERVER = "loopback"

        self.assertIsInstance(BaseComponents().runtime_server, LoopbackServer)

    def test_no_other_address_of_the_machine_is_open(self) -> None:
        port = get_free_tcp_port()

        LoopbackServer().register(Gateway(), [config.HostAndPort("127.0.0.1", port)], None)

        socket.create_connection(("127.0.0.1", port)).close()
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.2", port)).close()

    def test_a_port_that_is_taken_is_said_at_once(self) -> None:
        self.enterContext(warnings.catch_warnings(category=ResourceWarning, action="ignore"))
        with socket.create_server(("127.0.0.1", 0)) as taken:
            listen = [config.HostAndPort("127.0.0.1", taken.getsockname()[1])]

            with self.assertRaisesRegex(CannotListenError, "Address already in use"):
                LoopbackServer().register(Gateway(), listen, None)
