"""Files from web addresses that a visitor gives, fetched by this machine on the visitor's behalf.

This machine may stand in a network whose other machines trust it (server-side request forgery).
So each name is resolved here, only public addresses are connected to, the connection goes to the
very address that was looked at, and every redirect is looked at again. Proxies named in the
environment are not used: they would resolve the name themselves.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Timer
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from similarity.errors import ImageFetchError
from similarity.images.decoding import DEFAULT_LIMITS

Address = IPv4Address | IPv6Address

TIME_LIMIT = 10.0
"""Seconds for everything, from the first connection to the last byte."""

MAX_REDIRECTS = 5

_DEFAULT_PORTS = {"http": 80, "https": 443}
_REDIRECTS = {301, 302, 303, 307, 308}
_NAT64 = IPv6Network("64:ff9b::/96")
"""IPv6 addresses that a gateway turns into the IPv4 address in their last 32 bits. Source:
RFC 6052."""

_HEADERS = {
    "User-Agent": "image-similarity-demo",
    "Accept": "image/*",
    "Accept-Encoding": "identity",
}
_CHUNK = 65536
_INSTEAD = "check the address, or save the picture and upload it"


def is_public(address: Address) -> bool:
    """Tell whether an address, and an IPv4 address inside it, belongs to the public internet."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


def fetch(
    url: str,
    *,
    is_allowed: Callable[[Address], bool] = is_public,
    max_bytes: int = DEFAULT_LIMITS.max_bytes,
    time_limit: float = TIME_LIMIT,
) -> bytes:
    """Fetch a file from the public web.

    Args:
        url: Beginning with http:// or https://.
        is_allowed: Which network addresses may be connected to.
        max_bytes: Of the file.
        time_limit: Seconds for everything.

    Raises:
        ImageFetchError: Not such an address, not a public one, or nothing came of it.
    """
    deadline = time.monotonic() + time_limit
    for _ in range(MAX_REDIRECTS + 1):
        parts = _parse(url)
        host = parts.hostname or ""
        try:
            with _answered(parts, is_allowed, deadline) as response:
                location = response.getheader("Location")
                if response.status in _REDIRECTS and location:
                    url = urljoin(url, location)
                    continue
                if response.status != http.client.OK:
                    raise ImageFetchError(
                        f"{host} answered {response.status} {response.reason}; {_INSTEAD}."
                    )
                return _read(response, host, max_bytes, deadline)
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            if time.monotonic() >= deadline:
                raise ImageFetchError(
                    f"{host} took longer than {time_limit:g} seconds; {_INSTEAD}."
                ) from error
            raise ImageFetchError(f"{host} could not be reached ({error}); {_INSTEAD}.") from error
    raise ImageFetchError(f"{url} leads from one address to the next without end; {_INSTEAD}.")


def _parse(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        is_web = parts.scheme in _DEFAULT_PORTS and parts.hostname and parts.port != 0
    except ValueError:
        is_web = False
    if not is_web:
        raise ImageFetchError(
            f"{url[:80]!r} is not a web address; it should begin with http:// or https://."
        )
    return parts


@contextmanager
def _answered(
    parts: SplitResult, is_allowed: Callable[[Address], bool], deadline: float
) -> Iterator[http.client.HTTPResponse]:
    """Send one request and give its response, whose body is not read yet."""
    connection = _Connection(parts, _resolve(parts, is_allowed), deadline)
    timer = Timer(max(0.0, deadline - time.monotonic()), connection.abort)
    timer.daemon = True
    timer.start()
    try:
        path = quote(parts.path or "/", safe="/%:=&?~+!$,;'@()*[]")
        query = f"?{quote(parts.query, safe='/%:=&?~+!$,;@()*[]')}" if parts.query else ""
        connection.request("GET", path + query, headers=_HEADERS)
        with connection.getresponse() as response:
            yield response
    finally:
        timer.cancel()
        connection.close()


def _resolve(parts: SplitResult, is_allowed: Callable[[Address], bool]) -> str:
    """Find a network address of a host that may be connected to."""
    host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, (address, *_) in found:
        # A link-local IPv6 address carries the name of its interface after a percent sign.
        if is_allowed(ip_address(str(address).partition("%")[0])):
            return str(address)
    raise ImageFetchError(
        f"{host} is not on the public web, and only from there pictures are fetched: save the "
        "picture and upload it."
    )


class _Connection(http.client.HTTPConnection):
    """A connection to the network address that was looked at, whatever the name says later."""

    def __init__(self, parts: SplitResult, address: str, deadline: float) -> None:
        self.default_port = _DEFAULT_PORTS[parts.scheme]
        super().__init__(
            parts.hostname or "", parts.port, timeout=max(0.01, deadline - time.monotonic())
        )
        self._is_secure = parts.scheme == "https"
        self._address = address
        self._socket: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the address; a certificate must be the name's."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        if not self._is_secure:
            self.sock = self._socket = plain
            return
        context = ssl.create_default_context()
        secure = context.wrap_socket(
            plain, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock = self._socket = secure
        secure.do_handshake()

    def abort(self) -> None:
        """End the connection from another thread: a server may send a byte now and then."""
        if self._socket is not None:
            with suppress(OSError):  # it may have ended by itself
                # Not SSLSocket's own method, which takes the session away under the reader.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _read(response: http.client.HTTPResponse, host: str, max_bytes: int, deadline: float) -> bytes:
    too_large = ImageFetchError(
        f"The file at {host} is larger than the {max_bytes / 1e6:g} MB that are read; save the "
        "picture smaller and upload it."
    )
    announced = response.getheader("Content-Length") or ""
    if announced.isdecimal() and int(announced) > max_bytes:
        raise too_large
    data = bytearray()
    while chunk := response.read1(_CHUNK):
        data += chunk
        if len(data) > max_bytes:
            raise too_large
    # An aborted connection looks like the end of the file.
    if time.monotonic() >= deadline:
        raise TimeoutError
    return bytes(data)
