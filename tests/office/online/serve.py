"""A CA on loopback: signs PDFs whose certificates name this server, and answers about them.

    serve.py FOLDER

writes root.pem, good.pdf and revoked.pdf to FOLDER, prints its port, and serves until it is killed. Run
inside the judges' venv."""

import datetime
import http.server
import io
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "judges"))

import sample
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

NOW = datetime.datetime.now(datetime.timezone.utc)
HOUR = datetime.timedelta(hours=1)
DER = serialization.Encoding.DER


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def usage(**granted):
    every = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    ).split()
    return x509.KeyUsage(**{one: granted.get(one, False) for one in every})


class Authority:
    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.root = (
            self.builder("Root", self.key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        self.revoked = set()
        self.issued = {}

    def builder(self, subject, public):
        return (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name("Root"))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - 24 * HOUR)
            .not_valid_after(NOW + 24 * HOUR)
        )

    def sign(self, subject):
        """A signed PDF, and the serial number of its signer's certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        responder = x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(self.base + "/ocsp")
        )
        point = x509.DistributionPoint(
            [x509.UniformResourceIdentifier(self.base + "/list.crl")], None, None, None
        )
        certificate = (
            self.builder(subject, key.public_key())
            .add_extension(usage(digital_signature=True, content_commitment=True), critical=True)
            .add_extension(x509.AuthorityInformationAccess([responder]), critical=False)
            .add_extension(x509.CRLDistributionPoints([point]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        self.issued[certificate.serial_number] = certificate
        encoded = key.private_bytes(DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        store = SimpleCertificateStore()
        store.register(asn1_x509.Certificate.load(self.root.public_bytes(DER)))
        signer = signers.SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(certificate.public_bytes(DER)),
            signing_key=keys.PrivateKeyInfo.load(encoded),
            cert_registry=store,
        )
        meta = signers.PdfSignatureMetadata(
            field_name="Signature", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
        )
        writer = IncrementalPdfFileWriter(io.BytesIO(sample.rendered(["1.7"])))
        return signers.sign_pdf(writer, meta, signer).getvalue(), certificate.serial_number

    def answer(self, request):
        certificate = self.issued[ocsp.load_der_ocsp_request(request).serial_number]
        gone = certificate.serial_number in self.revoked
        status = ocsp.OCSPCertStatus.REVOKED if gone else ocsp.OCSPCertStatus.GOOD
        builder = ocsp.OCSPResponseBuilder().add_response(
            certificate, self.root, hashes.SHA1(), status, NOW - HOUR, NOW + HOUR, NOW - 3 * HOUR if gone else None, None
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.root)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(DER)

    def list(self):
        builder = x509.CertificateRevocationListBuilder().issuer_name(name("Root"))
        builder = builder.last_update(NOW - HOUR).next_update(NOW + HOUR)
        for serial in self.revoked:
            one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW - 3 * HOUR)
            builder = builder.add_revoked_certificate(one.build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(DER)


class Handler(http.server.BaseHTTPRequestHandler):
    authority = None

    def reply(self, body):
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/list.crl":
            self.reply(self.authority.list())
        elif self.path == "/root.crt":
            self.reply(self.authority.root.public_bytes(serialization.Encoding.PEM))
        else:
            self.send_response(302)
            self.send_header("location", "/root.crt")
            self.end_headers()

    def do_POST(self):
        self.reply(self.authority.answer(self.rfile.read(int(self.headers["content-length"]))))

    def log_message(self, *_):
        pass


def main():
    folder = pathlib.Path(sys.argv[1])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    authority = Handler.authority = Authority(server.server_port)
    (folder / "root.pem").write_bytes(authority.root.public_bytes(serialization.Encoding.PEM))
    (folder / "good.pdf").write_bytes(authority.sign("Good")[0])
    revoked, serial = authority.sign("Revoked")
    authority.revoked.add(serial)
    (folder / "revoked.pdf").write_bytes(revoked)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
