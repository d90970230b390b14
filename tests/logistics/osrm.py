"""A small map server that speaks OSRM's table service, on this machine: roads twice as long as great circles."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from terrace.network.domain.places import Point, distance_km

METRES_PER_SECOND = 10


@dataclass
class MapServer:
    """How the server behaves, and what it was asked."""

    url: str = ""
    island: Point | None = None
    only_seconds: bool = False
    code: str = "Ok"
    raw: bytes | None = None
    snapped: float = 0
    most: int = 100
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, bytes]:
        """Return status and body for a request."""
        self.asked.append(path)
        if self.raw is not None:
            return 200, self.raw
        parts = urlsplit(path)
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert parts.path.startswith("/table/v1/driving/")
        pairs = [pair.split(",") for pair in parts.path.rpartition("/")[2].split(";")]
        points = [Point(float(latitude), float(longitude)) for longitude, latitude in pairs]
        if self.code != "Ok" or len(points) > self.most:
            return 400, json.dumps({"code": "TooBig" if self.code == "Ok" else self.code, "message": "no"}).encode()
        if self.only_seconds and "distance" in options["annotations"]:
            return 400, json.dumps({"code": "InvalidOptions", "message": "no distances"}).encode()
        rows = [points[int(at)] for at in options["sources"].split(";")]
        columns = [points[int(at)] for at in options["destinations"].split(";")]
        metres = [[self._metres(one, other) for other in columns] for one in rows]
        told: dict[str, Any] = {"code": "Ok", "sources": [{"distance": self.snapped, "name": ""} for _ in rows]}
        told["durations"] = [[None if m is None else round(m / METRES_PER_SECOND, 1) for m in row] for row in metres]
        if "distance" in options["annotations"]:
            told["distances"] = metres
        return 200, json.dumps(told).encode()

    def _metres(self, one: Point, other: Point) -> float | None:
        if one != other and self.island in (one, other):
            return None
        return round(2000 * distance_km(one, other), 1)


@contextmanager
def map_server() -> Iterator[MapServer]:
    """Let a map server answer on this machine while the block runs."""
    behaves = MapServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = behaves.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *told: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        behaves.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield behaves
        finally:
            server.shutdown()
