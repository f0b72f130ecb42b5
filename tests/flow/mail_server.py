# SPDX-License-Identifier: Apache-2.0
"""A real mail server on loopback: Exim as an ordinary process, with STARTTLS, authentication, a
certificate of its own, and every mail it takes in a file."""
import atexit
import email
import email.policy
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

from flow import SKIPPED, check, soon

EXIM = shutil.which("exim4", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
USER, PASSWORD = "quetsach", "mật khẩu: a b$c"

# Answers by the name before the @. Whoever is not let in, or has no TLS, sends nothing.
CONFIGURATION = """
exim_user = {user}
exim_group = {group}
spool_directory = {folder}/spool
log_file_path = {folder}/log-%s
pid_file_path = {folder}/pid
primary_hostname = mail.example
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
{tls_on_connect}
tls_certificate = {folder}/certificate.pem
tls_privatekey = {folder}/key.pem
tls_advertise_hosts = *
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
domainlist local_domains = unit.example
hostlist relay_from_hosts =
deliver_drop_privilege = true
never_users =
keep_environment =
timezone = UTC
smtp_accept_max_per_connection = {per_connection}
smtp_accept_max_nonmail = 1000000
smtp_accept_queue_per_connection = 0
acl_smtp_rcpt = rcpt
acl_smtp_data = data
queue_only = false
queue_run_in_order = true
split_spool_directory = false
host_lookup =
rfc1413_query_timeout = 0s
check_spool_space = 0
check_spool_inodes = 0

begin acl
rcpt:
  deny message = no authentication
       !authenticated = *
  deny message = no TLS
       !encrypted = *
  deny condition = ${{if match{{$local_part}}{{^gone}}}}
       message = 5.1.1 no such person: $local_part
  defer condition = ${{if match{{$local_part}}{{^later}}}}
       condition = ${{if !exists{{{folder}/open}}}}
       message = 4.2.0 the box of $local_part is busy
  accept domains = +local_domains
  deny message = 5.7.1 relaying is not permitted
data:
  deny condition = ${{if match{{$recipients}}{{spam}}}}
       message = 5.7.1 the text of this mail is not liked
  defer condition = ${{if match{{$recipients}}{{grey}}}}
       condition = ${{if !exists{{{folder}/open}}}}
       message = 4.7.1 come again in a minute
  accept

begin routers
boxes:
  driver = accept
  domains = +local_domains
  transport = box

begin transports
box:
  driver = appendfile
  directory = {folder}/box
  maildir_format
  create_directory
  delivery_date_add = false
  envelope_to_add = true

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{name}}}}}{{eq{{$auth3}}{{${{readfile{{{folder}/secret}}{{}}}}}}}}}}}}
  server_set_id = $auth2
"""


class MailServer:
    """Started with start(); stop() and start() again keep the port and the boxes."""

    def __init__(self, folder, tls_on_connect=False, per_connection=1000):
        if not EXIM:
            print("skipped: no Exim (Debian package exim4-daemon-light)")
            sys.exit(SKIPPED)
        self.folder = Path(folder)
        self.folder.mkdir()
        # Bound, but nobody listens there: the port stays ours while the server is stopped, and refuses whoever comes.
        self.place = socket.socket()
        self.place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.place.bind(("127.0.0.1", 0))
        self.port = self.place.getsockname()[1]
        self.process = None
        atexit.register(self.stop)  # a test that fails leaves none behind
        # Exim refuses to deliver as root; started by root it becomes somebody else.
        self.root = os.geteuid() == 0
        owner = pwd.getpwnam("nobody") if self.root else pwd.getpwuid(os.geteuid())
        self._certificate()
        (self.folder / "secret").write_text(PASSWORD)
        (self.folder / "configuration").write_text(CONFIGURATION.format(user=owner.pw_uid,
            group=owner.pw_gid, folder=self.folder, port=self.port, name=USER,
            per_connection=per_connection,
            tls_on_connect=f"tls_on_connect_ports = {self.port}" if tls_on_connect else ""))
        (self.folder / "spool").mkdir()
        if self.root:
            self.owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
            for path in [self.folder, *self.folder.iterdir()]:
                os.chown(path, owner.pw_uid, owner.pw_gid)
        else:
            self.owner = {}
        (self.folder / "certificate.pem").chmod(0o644)

    def _certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
            self.folder / "key.pem", "-out", self.folder / "certificate.pem"], check=True,
            capture_output=True)

    @property
    def authorities(self):
        return self.folder / "certificate.pem"

    def start(self):
        with (self.folder / "said").open("ab") as said:
            self.process = subprocess.Popen(
                [EXIM, "-C", self.folder / "configuration", "-bdf"], stdin=subprocess.DEVNULL,
                stdout=said, stderr=said, cwd="/", start_new_session=True, **self.owner)
        soon(lambda: self.answers() or self.process.poll() is not None, lambda: f"Exim does not start: {self.log()}")
        check(self.process.poll() is None, f"Exim has ended: {self.log()}")

    def answers(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self, how=signal.SIGKILL):
        """With all its children: what it was in the midst of is gone."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, how)
            self.process.wait()

    def open_boxes(self):
        """From now on "later" and "grey" are taken too."""
        (self.folder / "open").touch()

    def deliver(self):
        """Mails that were taken but not yet put into a box when the server was stopped."""
        subprocess.run([EXIM, "-C", self.folder / "configuration", "-qff"], check=True, cwd="/",
            stdin=subprocess.DEVNULL, capture_output=True, **self.owner)

    def settle(self):
        """Until each mail that was taken lies in its box: it is taken first and delivered then. What has no head (-H)
        was never taken: the server was killed in the midst of it."""

        def is_settled():
            self.deliver()
            return not any((self.folder / "spool" / "input").glob("*-H"))

        soon(is_settled, lambda: f"Exim does not deliver: {self.log()}")

    def log(self):
        names = [self.folder / "said", *sorted(self.folder.glob("log-*"))]
        return "".join(path.read_text(errors="replace") for path in names if path.exists())

    def count(self):
        folder = self.folder / "box" / "new"
        return len(list(folder.iterdir())) if folder.exists() else 0

    def mails(self):
        """All that came, as the standard library reads them."""
        folder = self.folder / "box" / "new"
        found = []
        for path in sorted(folder.iterdir()) if folder.exists() else []:
            with path.open("rb") as file:
                found.append(email.message_from_binary_file(file, policy=email.policy.SMTP))
        return found
