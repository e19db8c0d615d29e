"""Signs a PDF as pyHanko does: IN OUT FIELD KEY CERTIFICATE ROOT (PEM), PAdES with Ed25519."""

import sys

from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

source, target, field, key, certificate, root = sys.argv[1:]
store = SimpleCertificateStore()
store.register(load_cert_from_pemder(root))
signer = signers.SimpleSigner(
    signing_cert=load_cert_from_pemder(certificate),
    signing_key=load_private_key_from_pemder(key, None),
    cert_registry=store,
    embed_roots=True,
)
metadata = signers.PdfSignatureMetadata(
    field_name=field, md_algorithm="sha512", subfilter=SigSeedSubFilter.PADES
)
with open(source, "rb") as report, open(target, "wb") as signed:
    writer = IncrementalPdfFileWriter(report, strict=False)
    signers.PdfSigner(metadata, signer).sign_pdf(writer, output=signed)
