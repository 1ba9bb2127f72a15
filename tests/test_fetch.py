import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import ClassVar

import pytest

from similarity.errors import ImageFetchError
from similarity.images.fetching import Address, fetch, is_public


class Pages(BaseHTTPRequestHandler):
    """Answers by path; `answers` maps a path to a status, headers and a body."""

    answers: ClassVar[dict[str, tuple[int, dict[str, str], bytes]]] = {
        "/ok": (200, {}, b"picture"),
        "/gone": (404, {}, b""),
        "/to-ok": (302, {"Location": "/ok"}, b""),
        "/in-a-circle": (302, {"Location": "/in-a-circle"}, b""),
        "/to-metadata": (302, {"Location": "http://169.254.169.254/latest"}, b""),
        "/to-file": (302, {"Location": "file:///etc/passwd"}, b""),
        "/large": (200, {}, b"x" * 2000),
    }

    def do_GET(self) -> None:  # the name is http.server's
        if self.path == "/drip":
            self.send_response(200)
            self.end_headers()
            for _ in range(50):
                self.wfile.write(b"x")
                time.sleep(0.05)
            return
        status, headers, body = self.answers[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as http_server:
        http_server.daemon_threads = True
        threading.Thread(target=http_server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http_server.server_port}"
        http_server.shutdown()


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that sends a byte of its answer every 50 ms, and never ends."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                for byte in answer:
                    connection.send(bytes([byte]))
                    time.sleep(0.05)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def is_loopback(address: Address) -> bool:
    return address.is_loopback


def test_fetch_gives_the_bytes_also_after_a_redirect(server: str) -> None:
    assert fetch(f"{server}/ok", is_allowed=is_loopback) == b"picture"
    assert fetch(f" {server}/to-ok ", is_allowed=is_loopback) == b"picture"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gone", "answered 404 Not Found"),
        ("/in-a-circle", "without end"),
        ("/to-metadata", "169.254.169.254 is not on the public web"),
        ("/to-file", "'file:///etc/passwd' is not a web address"),
    ],
)
def test_fetch_useless_answer_says_why(server: str, path: str, words: str) -> None:
    with pytest.raises(ImageFetchError, match=words):
        fetch(server + path, is_allowed=is_loopback)


@pytest.mark.parametrize("url", ["", "cat.jpg", "ftp://host/x", "file:///etc/passwd", "http://[x"])
def test_fetch_no_web_address_raises(url: str) -> None:
    with pytest.raises(ImageFetchError, match="not a web address"):
        fetch(url)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_fetch_own_machine_is_refused_before_it_is_asked(server: str, host: str) -> None:
    port = server.rpartition(":")[2]
    with pytest.raises(ImageFetchError, match="not on the public web"):
        fetch(f"http://{host}:{port}/ok")


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "224.0.0.1",
        "255.255.255.255",
        "fe80::1",
        "fd00::1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2001:0:a00:1::1",
    ],
)
def test_is_public_inner_address_is_not(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_is_public_outer_address_is(address: str) -> None:
    assert is_public(ip_address(address))


def test_fetch_connects_to_the_address_that_was_checked(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that first resolves to an allowed address and then to another changes nothing."""
    port = int(server.rpartition(":")[2])
    resolved = []

    def resolve(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        resolved.append(host)
        address = "127.0.0.1" if resolved.count(host) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert fetch(f"http://rebind.example:{port}/ok", is_allowed=is_loopback) == b"picture"
    assert resolved[0] == "rebind.example"
    assert "rebind.example" not in resolved[1:]


def test_fetch_too_large_stops(server: str) -> None:
    with pytest.raises(ImageFetchError, match=r"larger than the 0\.001 MB"):
        fetch(f"{server}/large", is_allowed=is_loopback, max_bytes=1000)


def test_fetch_dripping_body_ends_at_the_time_limit(server: str) -> None:
    with pytest.raises(ImageFetchError, match=r"took longer than 0\.3 seconds"):
        fetch(f"{server}/drip", is_allowed=is_loopback, time_limit=0.3)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_fetch_dripping_head_ends_at_the_time_limit(scheme: str) -> None:
    record = b"\x16\x03\x03\x40\x00" if scheme == "https" else b"HTTP/1.1 200 OK\r\nX: "
    with (
        answering(record + b"x" * 100) as host,
        pytest.raises(ImageFetchError, match=r"took longer than 0\.3 seconds"),
    ):
        fetch(f"{scheme}://{host}/", is_allowed=is_loopback, time_limit=0.3)


def test_fetch_nobody_there_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ImageFetchError, match="localhost could not be reached"):
        fetch(f"http://localhost:{port}/", is_allowed=is_loopback)
