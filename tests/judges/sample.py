"""Signed PDFs that vanthu had no part in: rendered by Typst, signed by pyHanko with Ed25519 keys made
on the spot. For the judges' controls and for the side-by-side bench; run inside the judges' venv."""

import datetime
import io

import typst
from asn1crypto import cms, keys, pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

PAGE = """
#set document(title: "Báo cáo", author: "Văn thư", date: datetime(year: 2026, month: 1, day: 2))
#set text(lang: "vi")
= Báo cáo
Kính gửi: Ủy ban nhân dân tỉnh.
"""


def rendered(standards):
    """One page as PDF; `standards` as Typst names them."""
    return typst.compile(PAGE.encode(), format="pdf", pdf_standards=standards)


def certificate(subject, issuer, public, signer, **usage):
    """A certificate valid for a year from yesterday."""
    granted = dict.fromkeys(
        (
            "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
            "key_cert_sign crl_sign encipher_only decipher_only"
        ).split(),
        False,
    )
    now = datetime.datetime.now(datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=usage.get("key_cert_sign", False), path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**(granted | usage)), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, None)
    )


class Signer:
    """A root, and a key that it certified."""

    def __init__(self, key, leaf, root):
        """`key` as PKCS#8 DER; `leaf` and `root` as certificate DER."""
        self.root_pem = pem.armor("CERTIFICATE", root)
        store = SimpleCertificateStore()
        store.register(asn1_x509.Certificate.load(root))
        self.signer = signers.SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(leaf),
            signing_key=keys.PrivateKeyInfo.load(key),
            cert_registry=store,
        )

    @classmethod
    def new(cls):
        """Fresh keys."""
        root_key, key = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        root = certificate("Root", "Root", root_key.public_key(), root_key, key_cert_sign=True, crl_sign=True)
        leaf = certificate("Signer", "Root", key.public_key(), root_key, digital_signature=True, content_commitment=True)
        der = serialization.Encoding.DER
        return cls(
            key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
            leaf.public_bytes(der),
            root.public_bytes(der),
        )

    def sign(self, pdf):
        """`pdf` with an invisible PAdES B-B signature as an incremental update."""
        metadata = signers.PdfSignatureMetadata(
            field_name="Signature", md_algorithm="sha512", subfilter=fields.SigSeedSubFilter.PADES
        )
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        return signers.sign_pdf(writer, metadata, signer=self.signer).getvalue()

    @staticmethod
    def parts(pdf):
        """The CMS of the one signature, without padding, and the bytes that it signs."""
        [signature] = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        first, before, second, after = (int(number) for number in signature.byte_range)
        # Decoded and encoded again: what is left out is the padding.
        der = cms.ContentInfo.load(bytes(signature.pkcs7_content), strict=False).dump()
        return der, pdf[first : first + before] + pdf[second : second + after]

    @staticmethod
    def signature_value(der):
        """The 64 bytes that Ed25519 made."""
        [signer] = cms.ContentInfo.load(der)["content"]["signer_infos"]
        return signer["signature"].native

    @staticmethod
    def page_replaced(pdf):
        """`pdf` with an appended update that draws something else: the incremental saving attack."""
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        page = writer.root["/Pages"]["/Kids"][0]
        page[generic.NameObject("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"0 0 100 100 re f"))
        writer.update_container(page)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()
