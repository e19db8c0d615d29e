"""Certification authorities on loopback, of two makers, for signatures that last.

    servers.py FOLDER

certifies every request FOLDER/NAME.csr, prints its address, and serves until it is killed. Run inside the
judges' venv. FOLDER gets, DER of lists and PEM of certificates with those that lead to their root:

- certomancer/root.pem, root.crl, ca.crl, and NAME.pem, NAME-revoked.pem: Certomancer's (RSA, an intermediate authority). Its
  time-stamps, lists and answers have fractions of seconds. Its time-stamping authority ends when its leaves do.
- openssl/root.pem, list.crl, and NAME.pem, NAME-crl.pem, NAME-ocsp.pem, NAME-revoked.pem: those of `openssl ca`
  (P-256), whose revocation is told by a list (crl), an answer (ocsp), or both; a delegate answers with
  `openssl ocsp`.
- stamps/root.pem, list.crl: another root of `openssl ca`, of a time-stamping authority with `openssl ts` that lasts
  for ten years, as its list does.

Leaves end after four days, lists and answers about them after two.

Served are what these certificates name, and

    POST /certomancer, /stamps     time-stamps
    POST /bad/KIND                 what is wrong with them: nonce, imprint, refusal, garbage, huge, error
    GET  /file/PATH                FOLDER/PATH, as a web server of an office would publish it
"""

import datetime
import http.server
import io
import pathlib
import subprocess
import sys
import tempfile
import threading

from asn1crypto import tsp, x509
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import CertomancerConfig
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import load_pem_x509_csr

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
PEM = serialization.Encoding.PEM


class Certomancer:
    """A root, an authority below it that certifies, answers and stamps, and its leaves."""

    def __init__(self, folder, base, requests):
        folder.mkdir()
        keys, entities, certs = {}, {}, {}
        for label, name in {"root": "Root", "ca": "Authority", "ocsp": "Responder", "tsa": "Short-lived stamps"}.items():
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            (folder / f"{label}.key").write_bytes(
                key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            )
            keys[label] = {"path": f"{label}.key"}
            entities[label] = {"common-name": f"Certomancer {name}"}
        certs["root"] = self.certificate("root", 3650, self.authority())
        certs["ca"] = self.certificate("root", 3650, [*self.authority(), self.lists("root")])
        purpose = [{"id": "extended_key_usage", "critical": True, "value": ["ocsp_signing"]}, {"id": "ocsp_no_check"}]
        certs["ocsp"] = self.certificate("ca", 3650, [self.usage("digital_signature"), *purpose])
        purpose = {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]}
        certs["tsa"] = self.certificate("ca", 4, [self.usage("digital_signature"), purpose, *self.status()])
        for name, request in requests.items():
            public = request.public_key().public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            (folder / f"{name}.pub").write_bytes(public)
            keys[name] = {"path": f"{name}.pub", "public-only": True}
            names = x509.Name.load(request.subject.public_bytes()).native
            entities[name] = {label.replace("_", "-"): value for label, value in names.items()}
            usage = self.usage("digital_signature", "non_repudiation")
            certs[name] = self.certificate("ca", 4, [usage, *self.status()], subject=name)
            since = (NOW - datetime.timedelta(hours=1)).isoformat()
            revoked = {"subject": name, "subject-key": name, "revocation": {"revoked-since": since}}
            certs[f"{name}-revoked"] = certs[name] | revoked
        services = {
            "ocsp": {"ca": {"for-issuer": "ca", "responder-cert": "ocsp", "validity-period": {"days": 2}}},
            "crl-repo": {label: {"for-issuer": label, "simulated-update-schedule": "P2D"} for label in ("root", "ca")},
            "time-stamping": {"tsa": {"signing-cert": "tsa", "certs-to-embed": ["ca"]}},
        }
        config = {
            "external-url-prefix": base,
            "keysets": {"keys": {"keys": keys}},
            "pki-architectures": {
                "pki": {"keyset": "keys", "entities": entities, "certs": certs, "services": services}
            },
        }
        config = CertomancerConfig(config, key_search_dir=str(folder))
        pki = config.get_pki_arch("pki")
        self.application = Animator(AnimatorArchStore(config.pki_archs), with_web_ui=False)

        def chain(*labels):
            armored = (subprocess.run(["openssl", "x509", "-inform", "der"], input=pki.get_cert(label).dump(),
                                      capture_output=True, check=True).stdout for label in labels)
            return b"".join(armored)

        (folder / "root.pem").write_bytes(chain("root"))
        for label in ("root", "ca"):
            (folder / f"{label}.crl").write_bytes(pki.service_registry.get_crl(label, NOW).dump())
        for name in [*requests, *(f"{name}-revoked" for name in requests)]:
            (folder / f"{name}.pem").write_bytes(chain(name, "ca", "root"))

    @staticmethod
    def certificate(issuer, days, extensions, **more):
        # A list is as old as the part of its schedule that has passed since this day.
        validity = {"valid-from": (NOW - DAY).isoformat(), "valid-to": (NOW + days * DAY).isoformat()}
        return {"issuer": issuer, "validity": validity, "extensions": extensions} | more

    @staticmethod
    def usage(*granted):
        return {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": list(granted)}}

    @classmethod
    def authority(cls):
        constraints = {"id": "basic_constraints", "critical": True, "value": {"ca": True}}
        return [constraints, cls.usage("key_cert_sign", "crl_sign")]

    @staticmethod
    def lists(label):
        value = {"schema": "crl-dist-url", "params": {"crl-repo-names": [label]}}
        return {"id": "crl_distribution_points", "smart-value": value}

    @classmethod
    def status(cls):
        value = {"schema": "aia-urls", "params": {"ocsp-responder-names": ["ca"]}}
        return [cls.lists("ca"), {"id": "authority_information_access", "smart-value": value}]


OPENSSL = """
[ca]
default_ca = this
[this]
database = {folder}/index.txt
new_certs_dir = {folder}
certificate = {folder}/root.pem
private_key = {folder}/root.key
crlnumber = {folder}/crlnumber
default_md = sha256
policy = anything
unique_subject = no
rand_serial = yes
[anything]
countryName = optional
organizationName = optional
commonName = supplied
[req]
distinguished_name = nobody
[nobody]
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[crl]
{leaf}
crlDistributionPoints = URI:{url}.crl
[ocsp]
{leaf}
authorityInfoAccess = OCSP;URI:{url}.ocsp
[both]
{leaf}
crlDistributionPoints = URI:{url}.crl
authorityInfoAccess = OCSP;URI:{url}.ocsp
[responder]
{leaf}
extendedKeyUsage = critical, OCSPSigning
noCheck = ignored
[stamps]
{leaf}
extendedKeyUsage = critical, timeStamping
crlDistributionPoints = URI:{url}.crl
[tsa]
default_tsa = stamping
[stamping]
serial = {folder}/serial
signer_cert = {folder}/stamps.pem
signer_key = {folder}/stamps.key
certs = {folder}/root.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
clock_precision_digits = 3
"""
LEAF = """basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, nonRepudiation
authorityKeyIdentifier = keyid"""


class OpenSsl:
    """What `openssl` can do of an authority."""

    def __init__(self, folder, url, name, days):
        """A root `name`, whose lists are current for so many days."""
        folder.mkdir()
        self.folder, self.days = folder, days
        # Serial numbers are kept in files.
        self.lock = threading.Lock()
        self.config = folder / "openssl.cnf"
        self.config.write_text(OPENSSL.format(folder=folder, url=url, leaf=LEAF))
        (folder / "index.txt").touch()
        (folder / "crlnumber").write_text("01\n")
        (folder / "serial").write_text("01\n")
        self.request("root", "-x509", "-days", "3650", "-extensions", "root", name=name, out="root.pem")

    def own(self, label, name):
        """Certifies itself for another purpose."""
        self.request(label, name=name, out=f"{label}.csr")
        self.certify(self.folder / f"{label}.csr", label, label, 3650)

    def request(self, label, *arguments, name, out):
        key = self.folder / f"{label}.key"
        self.run("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", key)
        self.run("req", "-new", "-key", key, "-subj", f"/CN={name}", "-config", self.config, *arguments,
                 "-out", self.folder / out)

    def certify(self, request, label, section, days):
        out = self.folder / f"{label}.pem"
        self.ca("-in", request, "-extensions", section, "-days", days, "-notext", "-out", out)
        out.write_bytes(out.read_bytes() + (self.folder / "root.pem").read_bytes())

    def ca(self, *arguments):
        return self.run("ca", "-batch", "-utf8", "-config", self.config, *arguments)

    def run(self, *arguments, given=b""):
        with self.lock:
            done = subprocess.run(["openssl", *map(str, arguments)], input=given, capture_output=True)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments}: {done.stderr.decode()}")
        return done.stdout

    def stamp(self, request):
        with tempfile.TemporaryDirectory() as scratch:
            query = pathlib.Path(scratch) / "query"
            query.write_bytes(request)
            return self.run("ts", "-reply", "-config", self.config, "-section", "stamping", "-queryfile", query)

    def answer(self, request):
        with tempfile.TemporaryDirectory() as scratch:
            query, reply = pathlib.Path(scratch) / "query", pathlib.Path(scratch) / "reply"
            query.write_bytes(request)
            folder = self.folder
            self.run("ocsp", "-index", folder / "index.txt", "-CA", folder / "root.pem",
                     "-rsigner", folder / "responder.pem", "-rkey", folder / "responder.key",
                     "-reqin", query, "-respout", reply, "-ndays", self.days)
            return reply.read_bytes()

    def list(self):
        """The revocation list, in DER."""
        pem = self.ca("-gencrl", "-crldays", self.days)
        return self.run("crl", "-outform", "der", given=pem)

    def bad(self, kind, request):
        """An answer to a time-stamping request that must not be taken."""
        request = tsp.TimeStampReq.load(request)
        if kind == "nonce":
            request["nonce"] = request["nonce"].native ^ 2
        elif kind == "imprint":
            request["message_imprint"]["hashed_message"] = bytes(32)
        elif kind == "refusal":
            # Not among what the authority accepts.
            request["message_imprint"] = {"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": bytes(20)}
        elif kind == "garbage":
            return b"<html>Welcome to the hotel</html>"
        elif kind == "huge":
            return bytes(4 << 20)
        else:
            raise RuntimeError(kind)
        return self.stamp(request.dump(force=True))


def people(folder, base, requests):
    """The authority of OpenSSL that certifies the requests."""
    authority = OpenSsl(folder, f"{base}/openssl", "OpenSSL Root", 2)
    authority.own("responder", "OpenSSL Responder")
    for name in requests:
        request = folder.parent / f"{name}.csr"
        for label, section in {"": "both", "-crl": "crl", "-ocsp": "ocsp", "-revoked": "both"}.items():
            authority.certify(request, name + label, section, 4)
        authority.ca("-revoke", folder / f"{name}-revoked.pem")
    (folder / "list.crl").write_bytes(authority.list())
    return authority


def stamps(folder, base):
    """The authority of OpenSSL that gives times."""
    authority = OpenSsl(folder, f"{base}/stamps", "Stamps Root", 3650)
    authority.own("stamps", "Long-lived stamps")
    (folder / "list.crl").write_bytes(authority.list())
    return authority


class Handler(http.server.BaseHTTPRequestHandler):
    folder = certomancer = openssl = stamps = None

    def do_GET(self):
        lists = {"/openssl.crl": self.openssl, "/stamps.crl": self.stamps}
        if self.path in lists:
            self.reply(lists[self.path].list(), "application/pkix-crl")
        elif self.path.startswith("/file/"):
            path = self.folder / self.path.removeprefix("/file/")
            self.reply(path.read_bytes(), "application/pkix-crl") if path.is_file() else self.send_error(404)
        else:
            self.pass_on(b"")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/stamps":
            self.reply(self.stamps.stamp(body), "application/timestamp-reply")
        elif self.path == "/openssl.ocsp":
            self.reply(self.openssl.answer(body), "application/ocsp-response")
        elif self.path == "/bad/error":
            self.send_error(500)
        elif self.path.startswith("/bad/"):
            self.reply(self.stamps.bad(self.path.removeprefix("/bad/"), body), "application/timestamp-reply")
        else:
            self.path = "/pki/tsa/tsa" if self.path == "/certomancer" else self.path
            self.pass_on(body)

    def pass_on(self, body):
        """Has Certomancer answer."""
        environ = {
            "REQUEST_METHOD": self.command,
            "PATH_INFO": self.path,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(self.server.server_port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
        }
        begun = []
        body = b"".join(self.certomancer.application(environ, lambda *beginning: begun.append(beginning)))
        [(status, headers)] = begun
        self.reply(body, dict(headers)["Content-Type"], int(status.split()[0]))

    def reply(self, body, kind, status=200):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        # Whoever finds an answer too long hangs up; other errors are worth seeing.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*_)


def main():
    folder = Handler.folder = pathlib.Path(sys.argv[1]).resolve()
    requests = {path.stem: load_pem_x509_csr(path.read_bytes()) for path in folder.glob("*.csr")}
    server = Server(("127.0.0.1", 0), Handler)
    base = f"http://127.0.0.1:{server.server_port}"
    Handler.certomancer = Certomancer(folder / "certomancer", base, requests)
    Handler.openssl = people(folder / "openssl", base, requests)
    Handler.stamps = stamps(folder / "stamps", base)
    print(base, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
