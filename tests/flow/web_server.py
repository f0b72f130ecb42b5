# SPDX-License-Identifier: Apache-2.0
"""A web server of this machine that answers as a test says, well or badly."""
import gzip
import hashlib
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, body):
        site = self.server.site
        with site.lock:
            site.asked.append((self.command, self.path, dict(self.headers), body))
        fn = site.pages.get(self.path.split("?")[0])
        if fn is None:
            self.reply(404, b"none")
        else:
            fn(self)
        self.close_connection = True

    def do_GET(self):
        self.answer(b"")

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

    def reply(self, status, body=b"", headers=(), length=None):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


class Site:
    """pages: path → what answers, called with the handler. asked: what came."""

    def __init__(self, certificate=None):
        self.pages, self.asked, self.lock = {}, [], threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.site = self
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"{self.scheme}://localhost:{self.server.server_address[1]}"

    def count(self, path):
        return sum(asked[1].split("?")[0] == path for asked in self.asked)

    def last(self, path):
        return [asked for asked in self.asked if asked[1].split("?")[0] == path][-1]


def plain(body, **headers):
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return lambda handler: handler.reply(200, body, pairs)


def tagged(body):
    """A good server: ETag, conditions, ranges."""
    tag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'

    def page(handler):
        asked = handler.headers
        if asked.get("If-None-Match") == tag:
            handler.reply(304, b"", [("ETag", tag)])
        elif asked.get("Range") and asked.get("If-Range") == tag:
            first = int(asked["Range"].split("=")[1].split("-")[0])
            handler.reply(206, body[first:], [("ETag", tag),
                ("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}")])
        else:
            handler.reply(200, body, [("ETag", tag)])
    return page


def cut_once(body, at):
    """The connection breaks in the middle, the first time."""
    whole, cut = tagged(body), []

    def page(handler):
        if cut:
            return whole(handler)
        cut.append(True)
        tag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        handler.reply(200, body[:at], [("ETag", tag)], length=len(body))
        return None
    return page


def in_turn(*pages):
    """Each once, the last for good."""
    left = list(pages)
    return lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


def status(number, **headers):
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return lambda handler: handler.reply(number, b"", pairs)


def to(address, number=302):
    return lambda handler: handler.reply(number, b"", [("Location", address)])


def packed(body):
    return lambda handler: handler.reply(200, gzip.compress(body), [("Content-Encoding", "gzip")])


def endless(piece=b"192.0.2.1\n" * 1000):
    def page(handler):
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(piece)
        except OSError:
            pass
    return page


def slow(body, seconds, validator=False):
    """Half of it, then a pause."""
    def page(handler):
        tag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        handler.send_response(200)
        if validator:
            handler.send_header("ETag", tag)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:len(body) // 2])
        handler.wfile.flush()
        time.sleep(seconds)
        try:
            handler.wfile.write(body[len(body) // 2:])
        except OSError:
            pass
    return page


def certificate(folder, name="localhost", days=2):
    """(certificate, key) of a server that vouches for itself."""
    pem, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", pem, "-days", str(days),
        "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"], check=True,
        capture_output=True)
    return pem, key
