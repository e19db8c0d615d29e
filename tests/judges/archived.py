"""A signed PDF that lasts, that vanthu had no part in: signed, time-stamped and archived by pyHanko with keys made
on the spot. For the judges' controls; run inside the judges' venv."""

import datetime
import io

import sample
from asn1crypto import crl as asn1_crl
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
DER = serialization.Encoding.DER


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """A root, and one certificate that it issued for so many `days`; its list is current for half of that."""

    def __init__(self, label, days, leaf_extensions):
        self.label = label
        self.root_key, self.key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
        constraints = (x509.BasicConstraints(ca=True, path_length=None), True)
        root = self.certificate(f"{label} Root", self.root_key, 3650, [constraints])
        leaf = self.certificate(f"{label} Leaf", self.key, days, leaf_extensions)
        self.root, self.leaf = asn1_x509.Certificate.load(root), asn1_x509.Certificate.load(leaf)
        builder = x509.CertificateRevocationListBuilder().issuer_name(name(f"{label} Root"))
        revocations = builder.last_update(NOW - DAY).next_update(NOW + days / 2 * DAY).sign(self.root_key, hashes.SHA256())
        self.list = asn1_crl.CertificateList.load(revocations.public_bytes(DER))

    def certificate(self, subject, key, days, extensions):
        builder = (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name(f"{self.label} Root"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - 2 * DAY)
            .not_valid_after(NOW + days * DAY)
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(self.root_key, hashes.SHA256()).public_bytes(DER)

    def private(self):
        encoded = self.key.private_bytes(DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return keys.PrivateKeyInfo.load(encoded)


class Archived:
    """`pdf`, whose signer's certificate ends after four days and whose time-stamps' after ten years, and `roots`."""

    def __init__(self):
        usage = dict.fromkeys(
            (
                "key_encipherment data_encipherment key_agreement key_cert_sign crl_sign encipher_only decipher_only"
            ).split(),
            False,
        )
        signing = x509.KeyUsage(digital_signature=True, content_commitment=True, **usage)
        stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        people, stamps = Authority("People", 4, [(signing, True)]), Authority("Stamps", 3650, [(stamping, True)])
        self.roots = [people.root, stamps.root]
        stores = [SimpleCertificateStore(), SimpleCertificateStore()]
        for store, authority in zip(stores, (people, stamps)):
            store.register(authority.root)
        signer = signers.SimpleSigner(
            signing_cert=people.leaf, signing_key=people.private(), cert_registry=stores[0]
        )
        stamper = DummyTimeStamper(tsa_cert=stamps.leaf, tsa_key=stamps.private(), certs_to_embed=stores[1])
        context = ValidationContext(
            trust_roots=self.roots, crls=[people.list, stamps.list], revocation_mode="require", allow_fetching=False
        )
        metadata = signers.PdfSignatureMetadata(
            field_name="Signature",
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            embed_validation_info=True,
            use_pades_lta=True,
            validation_context=context,
        )
        writer = IncrementalPdfFileWriter(io.BytesIO(sample.rendered(["1.7"])))
        self.pdf = signers.sign_pdf(writer, metadata, signer=signer, timestamper=stamper).getvalue()
