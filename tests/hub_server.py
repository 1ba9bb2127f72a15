"""A small Hub: the part of its HTTP interface that huggingface_hub 2.4 uses here, in memory.

    python tests/hub_server.py --port 8765

It speaks what similarity/hub.py leads to: repository info and tree, resolve with redirects and
etags, preupload, LFS batch and upload, commit, pull requests, variables of Spaces. It does not
speak Xet, which the library uses where it can: set HF_HUB_DISABLE_XET=1.
"""

import argparse
import re
import sys
import threading
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from hub_api import (
    HUB_ROUTES,
    STORAGE_ROUTES,
    Answer,
    Hub,
    RefusalError,
    Request,
    Routes,
    json_answer,
)

TOKENS = {f"hf_local_{user}": user for user in ("user", "reader")}
"""Who a token belongs to; everyone may write to repositories under their own name."""


@dataclass
class Fault:
    """Something that goes wrong with requests whose line matches, so many times.

    Attributes:
        pattern: Searched in "GET /path".
        times: How often it happens.
        status: Answered instead of what was asked for, if set.
        headers: Of that answer.
        cut: Send only so many bytes of the answer's body, then hang up.
        short: Leave so many bytes off the body, and announce as much.
    """

    pattern: str
    times: int = 1
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    short: int = 0


@dataclass(frozen=True)
class Seen:
    """A request that came.

    Attributes:
        line: "GET /path".
        authorization: Header of this name.
        range: Header of this name.
    """

    line: str
    authorization: str | None
    range: str


class HubServer:
    """Two addresses, one for the Hub and one for its storage, and what goes wrong with them.

    Attributes:
        hub: What they hold.
        faults: To come.
        requests: So far.
    """

    def __init__(self, port: int = 0) -> None:
        self.hub = Hub()
        self.faults: list[Fault] = []
        self.requests: list[Seen] = []
        self._servers = [
            ThreadingHTTPServer(("127.0.0.1", number), self._handler(routes))
            for number, routes in ((port, HUB_ROUTES), (0, STORAGE_ROUTES))
        ]
        self.hub.url, self.hub.storage_url = (
            f"http://127.0.0.1:{server.server_address[1]}" for server in self._servers
        )

    @contextmanager
    def running(self) -> Iterator["HubServer"]:
        """Answer requests meanwhile."""
        for server in self._servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            for server in self._servers:
                server.shutdown()
                server.server_close()

    def requested(self, pattern: str) -> list[str]:
        """Lines of the requests so far that match."""
        return [seen.line for seen in self.requests if re.search(pattern, seen.line)]

    def take_fault(self, line: str) -> Fault | None:
        """The fault that a request meets."""
        with self.hub.lock:
            for fault in self.faults:
                if fault.times > 0 and re.search(fault.pattern, line):
                    fault.times -= 1
                    return fault
        return None

    def _handler(self, routes: Routes) -> type[BaseHTTPRequestHandler]:
        return type("Handler", (_Handler,), {"served": self, "routes": routes})


class _Handler(BaseHTTPRequestHandler):
    """Finds the function of a request and sends its answer, or the fault that comes between."""

    protocol_version = "HTTP/1.1"
    served: HubServer
    routes: Routes

    def do_HEAD(self) -> None:
        self._respond()

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def do_PUT(self) -> None:
        self._respond()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _respond(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        line = f"{self.command} {url.path}"
        authorization = self.headers.get("Authorization")
        asked_range = self.headers.get("Range", "")
        self.served.requests.append(Seen(line, authorization, asked_range))
        body = self._body()
        fault = self.served.take_fault(line)
        if fault is not None and fault.status is not None:
            self._send(Answer(status=fault.status, headers=fault.headers), None)
            return
        try:
            user = self._user(authorization)
            query = dict(urllib.parse.parse_qsl(url.query))
            is_proposal = "create_pr" in query or "refs%2Fpr" in line
            request = Request(self.served.hub, user, query, asked_range, body, is_proposal)
            self._send(self._answer(line, request), fault)
        except RefusalError as refusal:
            error = json_answer({"error": str(refusal)}, refusal.status, refusal.headers)
            self._send(error, None)

    def _answer(self, line: str, request: Request) -> Answer:
        for pattern, function in self.routes:
            if found := re.fullmatch(pattern, line):
                return function(request, *found.groups())
        raise RefusalError(404, "", f"This server does not speak {line}")

    def _user(self, authorization: str | None) -> str | None:
        if authorization is None:
            return None
        token = authorization.removeprefix("Bearer ")
        if token not in TOKENS:
            raise RefusalError(401, "", "Invalid credentials in Authorization header")
        return TOKENS[token]

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _send(self, answer: Answer, fault: Fault | None) -> None:
        body = answer.body
        if fault is not None and fault.short:
            body = body[: -fault.short]
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if fault is not None and fault.cut is not None:
            self.wfile.write(body[: fault.cut])
            self.close_connection = True
            return
        self.wfile.write(body)


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A small Hub in memory, for trying things out.")
    parser.add_argument("--port", type=int, default=8765)
    with HubServer(parser.parse_args().port).running() as server:
        sys.stdout.write(
            f"export HF_ENDPOINT={server.hub.url} HF_TOKEN={next(iter(TOKENS))} "
            "HF_HUB_DISABLE_XET=1\n"
        )
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
