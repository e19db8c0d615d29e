"""Takes webhooks on a loopback port, and checks each with cryptography's Ed25519.

usage: receiver.py FOLDER PUBLIC_KEY [PORT]

Prints its port. Each request becomes a line of FOLDER/log when it comes. FOLDER/answers has what to answer to the
next ones, a word each: a status, `hold` (nothing until FOLDER/release is there, a minute at the most), or
`to:ADDRESS` (a redirect); 200 where there is none. Ends when its standard input does.
"""

import base64
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

folder = Path(sys.argv[1])
key = Ed25519PublicKey.from_public_bytes(base64.b64decode(sys.argv[2].removeprefix("whpk_"), validate=True))
lock = threading.Lock()


def verified(headers, body):
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    for signature in headers["webhook-signature"].split():
        version, _, value = signature.partition(",")
        if version == "v1a":
            try:
                key.verify(base64.b64decode(value, validate=True), signed)
                return True
            except InvalidSignature:
                pass
    return False


def next_answer():
    answers = folder / "answers"
    words = answers.read_text().split() if answers.exists() else []
    if words:
        answers.write_text(" ".join(words[1:]))
    return words[0] if words else "200"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        line = {
            "path": self.path,
            "id": self.headers["webhook-id"],
            "timestamp": int(self.headers["webhook-timestamp"]),
            "signature": self.headers["webhook-signature"],
            "content_type": self.headers["content-type"],
            "verified": verified(self.headers, body),
            "body": body.decode(),
        }
        with lock:
            answer = next_answer()
            with open(folder / "log", "a") as log:
                log.write(json.dumps(line) + "\n")
        until = time.monotonic() + 60
        while answer == "hold" and not (folder / "release").exists() and time.monotonic() < until:
            time.sleep(0.02)
        try:
            if answer.startswith("to:"):
                self.send_response(307)
                self.send_header("location", answer.removeprefix("to:"))
            else:
                self.send_response(200 if answer == "hold" else int(answer))
            self.send_header("content-length", "0")
            self.end_headers()
        except OSError:
            pass  # Who sent it has gone.

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[3]) if len(sys.argv) > 3 else 0), Handler)
server.daemon_threads = True
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
os._exit(0)
