# SPDX-License-Identifier: Apache-2.0
"""A running desk and somebody at it with a browser that has no JavaScript."""
import html
import http.client
import re
import urllib.parse

from flow import PATIENCE, check, same, soon
from serving import Server

PASSWORD = "ba con meo nam ngu tren mai nha"


class Desk(Server):
    """`quetsach serve --desk-listen`; desk_port is known once the desk is ready."""

    def __init__(self, house, *words, **options):
        self.desk_port = None
        super().__init__(house, "--desk-listen", "127.0.0.1:0", *words, **options)
        soon(lambda: self.desk_port or self.process.poll() is not None,
             lambda: f"the desk never comes: {self.said}")

    def _listen(self):
        for line in self.process.stderr:
            self.said.append(line)
            if found := re.search(r"http://\S+:(\d+)/desk/", line):
                self.desk_port = int(found[1])
            elif found := re.search(r"http://\S+:(\d+)/ ", line):
                self.port = int(found[1])


def add_user(house, mail, role="operator", org=None):
    path = house.write("password", PASSWORD + "\n")
    path.chmod(0o600)
    words = ["--org", org] if org else []
    house.run("user", "add", mail, "--name", mail.split("@")[0], "--role", role, *words,
              "--password-file", path)


class Page:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.location = response.headers.get("Location")
        self.body = body.decode("utf-8")

    def hidden(self, name):
        found = re.search(rf'name="{name}" value="([^"]*)"', self.body)
        return html.unescape(found[1]) if found else None

    def says(self, part):
        return part in html.unescape(self.body)


class Browser:
    """Keeps cookies, sends forms with the token of the page before."""

    def __init__(self, desk, lang="en"):
        self.desk, self.lang = desk, lang
        self.cookies = {}
        self.page = None

    def request(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.desk.desk_port, timeout=PATIENCE)
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if not path.startswith("/"):
            path = f"/desk/{self.lang}/{path}"
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            self.page = Page(response, response.read())
        finally:
            connection.close()
        for cookie in self.page.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            check("HttpOnly" in cookie and "SameSite=Lax" in cookie, f"a weak cookie: {cookie}")
            if "Max-Age=0" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return self.page

    def get(self, path, **headers):
        return self.request("GET", path, **headers)

    def follow(self):
        """To where the answer sends."""
        for _ in range(5):
            if self.page.status != 303:
                break
            self.get(self.page.location)
        return self.page

    def send(self, path, fields, token=None, **headers):
        token = self.page.hidden("token") if token is None else token
        body = urllib.parse.urlencode({"token": token, **fields})
        headers.setdefault("Content_Type", "application/x-www-form-urlencoded")
        headers.setdefault("Sec_Fetch_Site", "same-origin")
        return self.request("POST", path, body, **headers)

    def send_file(self, path, name, data, fields=()):
        """A form with one file in it, field "file"."""
        edge = "quetsach-edge-20201022"
        parts = [(f'name="{key}"', value.encode()) for key, value in
                 {"token": self.page.hidden("token"), **dict(fields)}.items()]
        parts.append((f'name="file"; filename="{name}"', data))
        body = b"".join(f"--{edge}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value + b"\r\n"
                        for head, value in parts) + f"--{edge}--\r\n".encode()
        return self.request("POST", path, body, Content_Type=f"multipart/form-data; boundary={edge}",
                            Sec_Fetch_Site="same-origin")

    def login(self, mail, password=PASSWORD):
        self.get("login")
        same(self.page.status, 200, "the login page")
        return self.send("login", {"mail": mail, "password": password})
