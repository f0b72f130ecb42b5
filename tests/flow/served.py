# SPDX-License-Identifier: Apache-2.0
"""The running server, asked as visitors from anywhere do."""
import http.client
import json
import re
import subprocess
import threading

from flow import PATIENCE, PROGRAM, check


class Answer:
    def __init__(self, answer, body):
        self.status, self.body, self.header = answer.status, body, answer.getheader

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.text)


class Served:
    """Visitors come through the trusted proxy 127.0.0.1; visitor=None connects by itself."""

    def __init__(self, data):
        self.process = subprocess.Popen([PROGRAM, "serve", "--data", str(data), "--lang", "en",
            "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1"], stderr=subprocess.PIPE,
            text=True)
        self.said = []
        for line in self.process.stderr:
            self.said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
                self.port = int(found[1])
                break
        else:
            check(False, f"the server ended: {self.said}")
        threading.Thread(target=self.said.extend, args=(self.process.stderr,), daemon=True).start()

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def ask(self, path, method="GET", visitor="14.160.9.9", body=None, over=None, **headers):
        connection = over or self.connect()
        sent = {"X-Forwarded-For": visitor} if visitor else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=sent)
        got = connection.getresponse()
        answer = Answer(got, got.read())
        if not over:
            connection.close()
        return answer

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)
