"""The Runtime API as a client sees it, whatever that client is."""

import http.client
import json
import queue
import socket
import threading

from host_functions.runtime_api import Answer, Ready, RuntimeApi

from .functions import PATIENCE_SECONDS, FunctionTest, invocation

VERSION = "/2018-06-01/runtime/"


class Requests(FunctionTest):
    def setUp(self) -> None:
        super().setUp()
        self.said: "queue.Queue[object]" = queue.Queue()
        self.api = RuntimeApi(self.said)
        self.addCleanup(self.api.close)

    def client(self) -> http.client.HTTPConnection:
        client = http.client.HTTPConnection(self.api.address, timeout=PATIENCE_SECONDS)
        self.addCleanup(client.close)
        return client

    def answer_to(self, method: str, path: str, body: bytes | None = None) -> tuple[int, dict]:
        client = self.client()
        client.request(method, path, body)
        response = client.getresponse()
        self.assertEqual("application/json", response.headers["Content-Type"])
        return response.status, json.loads(response.read())

    def head_only(self, method: str, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        """What comes of a request whose head is just this: the client adds no length by itself."""
        client = self.client()
        client.putrequest(method, path)
        for name, value in headers.items():
            client.putheader(name, value)
        client.endheaders()
        return client.getresponse()

    def heard(self) -> object:
        return self.said.get(timeout=PATIENCE_SECONDS)

    def test_an_answer_is_accepted(self) -> None:
        self.assertEqual((202, {"status": "OK"}), self.answer_to("POST", VERSION + "invocation/one/response", b"1"))
        self.assertEqual(Answer("one", b"1", is_error=False), self.heard())

    def test_an_error_is_accepted(self) -> None:
        self.assertEqual((202, {"status": "OK"}), self.answer_to("POST", VERSION + "invocation/one/error", b"1"))
        self.assertEqual(Answer("one", b"1", is_error=True), self.heard())

    def test_an_error_of_initialisation_is_accepted(self) -> None:
        self.assertEqual((202, {"status": "OK"}), self.answer_to("POST", VERSION + "init/error", b"1"))
        self.assertEqual(Answer(None, b"1", is_error=True), self.heard())

    def test_an_unknown_path_is_404(self) -> None:
        requests = [
            ("GET", "/"),
            ("GET", VERSION + "invocation/one/response"),
            ("POST", VERSION + "invocation/next"),
            ("POST", VERSION + "invocation/one/other"),
            ("POST", "/init/error"),
            ("POST", "/2015-03-31/runtime/init/error"),
        ]
        for method, path in requests:
            with self.subTest(method=method, path=path):
                status, content = self.answer_to(method, path, b"{}" if method == "POST" else None)
                self.assertEqual((404, "UnknownPath"), (status, content["errorType"]))
        self.assertTrue(self.said.empty())

    def test_a_post_without_a_length_is_411_and_the_last_on_its_connection(self) -> None:
        for headers in ({}, {"Content-Length": "many"}, {"Transfer-Encoding": "chunked"}):
            with self.subTest(headers=headers):
                response = self.head_only("POST", VERSION + "invocation/one/response", headers)
                self.assertEqual((411, "close"), (response.status, response.headers["Connection"]))
                self.assertEqual("LengthRequired", json.loads(response.read())["errorType"])
        self.assertTrue(self.said.empty())

    def test_a_client_may_keep_its_connection(self) -> None:
        client = self.client()
        for path, status in ((VERSION + "invocation/one/response", 202), ("/other", 404), (VERSION + "init/error", 202)):
            client.request("POST", path, b"{}")
            response = client.getresponse()
            response.read()
            self.assertEqual(status, response.status)

    def test_whoever_asks_first_is_ready_and_waits_for_an_event(self) -> None:
        client = self.client()
        client.request("GET", VERSION + "invocation/next")
        self.assertEqual(Ready(), self.heard())

        self.api.deliver(invocation(b'"event"'))

        self.assertEqual(b'"event"', client.getresponse().read())

    def test_readiness_is_said_once(self) -> None:
        for number in range(2):
            self.api.deliver(invocation(str(number).encode()))
            self.assertEqual((200, number), self.answer_to("GET", VERSION + "invocation/next"))

        self.assertEqual(Ready(), self.heard())
        self.assertTrue(self.said.empty())

    def test_a_broken_off_request_says_nothing(self) -> None:
        host, port = self.api.address.split(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(f"POST {VERSION}invocation/one/response HTTP/1.1\r\nContent-Length: 9\r\n\r\n1".encode())
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(b"", client.recv(1))

        self.assertTrue(self.said.empty())

    def test_all_requests_that_wait_end_when_it_is_closed(self) -> None:
        clients = [self.client() for _ in range(3)]
        for client in clients:
            # One answer each first, so that the server has taken up all three.
            client.request("GET", "/")
            client.getresponse().read()
            client.request("GET", VERSION + "invocation/next")
        self.assertEqual(Ready(), self.heard())

        self.api.close()

        for client in clients:
            with self.assertRaises(http.client.RemoteDisconnected):
                client.getresponse()

    def test_it_may_be_closed_twice(self) -> None:
        closing = threading.Thread(target=lambda: (self.api.close(), self.api.close()))
        closing.start()
        closing.join(PATIENCE_SECONDS)

        self.assertFalse(closing.is_alive())
