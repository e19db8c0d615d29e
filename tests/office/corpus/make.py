"""Signed PDFs as other producers make them, and what is to be said of each.

    make.py FOLDER

writes NAME.pdf and root.pem to FOLDER, and cases.json: name, verdict, and the checks that speak against it.
Keys are new in each run. Run inside the judges' venv."""

import datetime
import io
import json
import logging
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "judges"))

import sample
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
DAY = datetime.timedelta(days=1)
DER = serialization.Encoding.DER
PADES, PKCS7 = SigSeedSubFilter.PADES, SigSeedSubFilter.ADOBE_PKCS7_DETACHED


def usage(*granted):
    every = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    ).split()
    return x509.KeyUsage(**{one: one in granted for one in every})


SIGNS = ("digital_signature", "content_commitment")
ISSUES = ("key_cert_sign", "crl_sign")


class Party:
    """A key with its certificate."""

    def __init__(self, name, key, issuer=None, ca=False, **options):
        self.name, self.key, self.issuer = name, key, issuer or self
        granted = options.get("usage", ISSUES if ca else SIGNS)
        start, end = options.get("valid", (NOW - 100 * DAY, NOW + 100 * DAY))
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.issuer.name)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca, options.get("path_length") if ca else None), True)
            .add_extension(usage(*granted), True)
        )
        for extension, critical in options.get("extensions", ()):
            builder = builder.add_extension(extension, critical)
        signer = self.issuer.key
        hashed = None if isinstance(signer, ed25519.Ed25519PrivateKey) else options.get("hash", hashes.SHA256())
        self.certificate = builder.sign(signer, hashed)

    def asn1(self):
        return asn1_x509.Certificate.load(self.certificate.public_bytes(DER))

    def private(self):
        encoded = self.key.private_bytes(DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return keys.PrivateKeyInfo.load(encoded)

    def signer(self, *others, **options):
        store = SimpleCertificateStore()
        store.register_multiple([other.asn1() for other in others] or [self.issuer.asn1()])
        return signers.SimpleSigner(self.asn1(), self.private(), store, **options)


def p256():
    return ec.generate_private_key(ec.SECP256R1())


ROOT = Party("Root", rsa.generate_private_key(65537, 2048), ca=True)
RSA = Party("Signer", rsa.generate_private_key(65537, 2048), ROOT).signer()
CURVE = Party("Signer", p256(), ROOT).signer()
STAMPING = [(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)]


def authority(party, **options):
    store = SimpleCertificateStore()
    store.register(party.issuer.asn1())
    return timestamps.DummyTimeStamper(party.asn1(), party.private(), certs_to_embed=store, **options)


class OfOtherBytes(timestamps.DummyTimeStamper):
    """An authority that puts its time on something else."""

    def request_tsa_response(self, req):
        imprint = req["message_imprint"]
        imprint["hashed_message"] = bytes(len(imprint["hashed_message"].native))
        return super().request_tsa_response(req)


TSA = Party("TSA", rsa.generate_private_key(65537, 2048), ROOT, extensions=STAMPING)
STAMP = authority(TSA)
CONTEXT = ValidationContext(trust_roots=[ROOT.asn1()], allow_fetching=False, revocation_mode="soft-fail")
BASE = sample.rendered(["1.7"])


def writer(pdf):
    return IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)


def sign(pdf, signer=CURVE, field="First", box=None, stamp=None, **meta):
    meta.setdefault("subfilter", PADES)
    meta.setdefault("md_algorithm", "sha256")
    spec = SigFieldSpec(field, box=box) if box else None
    metadata = signers.PdfSignatureMetadata(field_name=field, **meta)
    return signers.PdfSigner(metadata, signer, timestamper=stamp, new_field_spec=spec).sign_pdf(writer(pdf)).getvalue()


def update(pdf, change):
    """`pdf` with an incremental update in which `change` did something."""
    target = writer(pdf)
    change(target)
    out = io.BytesIO()
    target.write(out)
    return out.getvalue()


def draw(text):
    def change(target):
        page = target.root["/Pages"]["/Kids"][0]
        stream = generic.StreamObject(stream_data=text)
        page["/Contents"] = target.add_object(stream)
        target.update_container(page)

    return change


def annotate(target):
    page = target.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 600, 500, 800))),
            generic.pdf_name("/Contents"): generic.TextStringObject("something else"),
            generic.pdf_name("/DA"): generic.TextStringObject("/Helv 12 Tf 0 g"),
        }
    )
    notes = generic.ArrayObject([*page.get("/Annots", ()), target.add_object(note)])
    page["/Annots"] = notes
    target.update_container(page)


def action(target):
    target.root["/OpenAction"] = generic.DictionaryObject(
        {generic.pdf_name("/S"): generic.pdf_name("/JavaScript"), generic.pdf_name("/JS"): generic.TextStringObject("1")}
    )
    target.update_root()


def orphan(target):
    target.add_object(generic.StreamObject(stream_data=b"q Q"))


def laundering(target):
    """The page's content is changed, and called a certificate."""
    page = target.root["/Pages"]["/Kids"][0]
    reference = page.raw_get("/Contents")
    content = reference.get_object()
    content._data = b"q Q"
    content._encoded_data = None
    target.mark_update(reference)
    store = generic.DictionaryObject({generic.pdf_name("/Certs"): generic.ArrayObject([reference])})
    target.root["/DSS"] = target.add_object(store)
    target.update_root()


def qpdf(*arguments):
    folder = pathlib.Path(sys.argv[1])
    (folder / "in").write_bytes(BASE)
    subprocess.run(["qpdf", folder / "in", *arguments, folder / "out"], check=True)
    made = (folder / "out").read_bytes()
    (folder / "in").unlink()
    (folder / "out").unlink()
    return made


def hybrid():
    """A table for old programs, and a stream with one more object for new ones."""
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    bodies = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /PieceInfo 6 0 R >>",
        4: b"<< /Type /ObjStm /N 1 /First 4 /Length 10 >>\nstream\n6 0 << >> \nendstream",
    }
    for number, body in bodies.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    places[5] = len(out)
    row = bytes([2, 0, 4, 0])
    out += b"5 0 obj\n<< /Type /XRef /Size 7 /W [1 2 1] /Index [6 1] /Root 1 0 R /Length 4 >>\nstream\n" + row + b"\nendstream\nendobj\n"
    start = len(out)
    out += b"xref\n0 7\n0000000000 65535 f \n"
    for number in range(1, 6):
        out += b"%010d 00000 n \n" % places[number]
    out += b"0000000000 00000 f \n"
    out += b"trailer\n<< /Size 7 /Root 1 0 R /XRefStm %d /ID [<00><00>] >>\nstartxref\n%d\n%%%%EOF\n" % (places[5], start)
    return bytes(out)


def odd():
    """Lawful, and not as programs write it."""
    out = bytearray(b"%PDF-1.4\r\n%\xe2\xe3\xcf\xd3\r\n")
    places = {}
    bodies = {
        1: b"<</Type/Catalog%why not\r/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1/Odd(\\(a\\051\\\r\n)>>",
        3: b"<</Type/P#61ge/Parent 2 0 R/MediaBox[0 -0 +595. .842e]>>".replace(b".842e", b"842.0"),
        4: b"<</Length 5 0 R>>stream\r\nq Q\r\nendstream",
        5: b"3",
    }
    for number, body in bodies.items():
        places[number] = len(out)
        out += b"%d 0 obj\r" % number + body + b"\r\nendobj\r\n"
    start = len(out)
    out += b"xref\r\n0 6\r\n0000000000 65535 f\r\n"
    for number in range(1, 6):
        out += b"%010d 00000 n\r\n" % places[number]
    out += b"trailer\r\n<</Size 6/Root 1 0 R/ID[<00><00>]>>\r\nstartxref\r\n%d\r\n%%%%EOF\r\n" % start
    return bytes(out)


def with_field():
    def change(target):
        form_field = generic.DictionaryObject(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
                generic.pdf_name("/Subtype"): generic.pdf_name("/Widget"),
                generic.pdf_name("/FT"): generic.pdf_name("/Tx"),
                generic.pdf_name("/T"): generic.TextStringObject("name"),
                generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 50, 200, 70))),
                generic.pdf_name("/DA"): generic.TextStringObject("/Helv 12 Tf 0 g"),
            }
        )
        reference = target.add_object(form_field)
        page = target.root["/Pages"]["/Kids"][0]
        page["/Annots"] = generic.ArrayObject([*page.get("/Annots", ()), reference])
        target.update_container(page)
        target.root["/AcroForm"] = target.add_object(
            generic.DictionaryObject({generic.pdf_name("/Fields"): generic.ArrayObject([reference])})
        )
        target.update_root()

    return update(BASE, change)


def fill(target):
    field = target.root["/AcroForm"]["/Fields"][0]
    field["/V"] = generic.TextStringObject("An")
    target.update_container(field)


CASES = []


def case(name, pdf, verdict, *against):
    (pathlib.Path(sys.argv[1]) / f"{name}.pdf").write_bytes(pdf)
    CASES.append({"name": name, "verdict": verdict, "against": sorted(against)})


def positives():
    for digest in ("sha256", "sha384", "sha512"):
        for form, name in ((PADES, "pades"), (PKCS7, "pkcs7")):
            case(f"rsa-{digest}-{name}", sign(BASE, RSA, md_algorithm=digest, subfilter=form), "valid")
    long = Party("Signer", rsa.generate_private_key(65537, 3072), ROOT)
    case("rsa-3072", sign(BASE, long.signer()), "valid")
    for digest in ("sha256", "sha384", "sha512"):
        pss = Party("Signer", rsa.generate_private_key(65537, 2048), ROOT).signer(prefer_pss=True)
        case(f"pss-{digest}", sign(BASE, pss, md_algorithm=digest), "valid")
    for curve in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()):
        party = Party("Signer", ec.generate_private_key(curve), ROOT)
        for digest in ("sha256", "sha384", "sha512"):
            case(f"{curve.name}-{digest}", sign(BASE, party.signer(), md_algorithm=digest), "valid")
    party = Party("Signer", ed25519.Ed25519PrivateKey.generate(), ROOT)
    case("ed25519", sign(BASE, party.signer(), md_algorithm="sha512"), "valid")
    case("b-t", sign(BASE, stamp=STAMP), "valid")
    case("b-lt", sign(BASE, stamp=STAMP, embed_validation_info=True, validation_context=CONTEXT), "valid")
    archive = dict(stamp=STAMP, embed_validation_info=True, validation_context=CONTEXT, use_pades_lta=True)
    lta = sign(BASE, **archive)
    case("b-lta", lta, "valid")
    renewed = signers.PdfTimeStamper(STAMP).update_archival_timestamp_chain(PdfFileReader(io.BytesIO(lta)), CONTEXT)
    case("b-lta-renewed", renewed.getvalue(), "valid")
    for level in (1, 2, 3):
        certified = dict(certify=True, docmdp_permissions=MDPPerm(level))
        case(f"certified-p{level}", sign(BASE, **certified), "valid")
        case(f"certified-p{level}-lta", sign(BASE, **certified, **archive), "valid")
    for name, pdf in (
        ("1.4", sample.rendered(["1.4"])),
        ("2.0", sample.rendered(["2.0"])),
        ("a-3b", sample.rendered(["a-3b"])),
        ("linearized", qpdf("--linearize")),
        ("object-streams", qpdf("--object-streams=generate")),
        ("object-streams-linearized", qpdf("--object-streams=generate", "--linearize")),
        ("hybrid", hybrid()),
        ("odd-syntax", odd()),
    ):
        once = sign(pdf)
        case(f"base-{name}", once, "valid")
        if name != "hybrid":
            case(f"base-{name}-twice", sign(once, field="Second"), "valid_extended")
    upper = Party("Upper", p256(), ROOT, ca=True)
    middle = Party("Middle", p256(), upper, ca=True)
    lower = Party("Lower", p256(), middle, ca=True, path_length=0)
    leaf = Party("Signer", p256(), lower)
    case("long-chain", sign(BASE, leaf.signer(lower, middle, upper)), "valid")
    case("long-chain-mixed-order", sign(BASE, leaf.signer(upper, lower, middle)), "valid")

    def empty(target):
        for index, field in enumerate(("First", "Second", "Third")):
            fields.append_signature_field(target, SigFieldSpec(field, box=(50 + 100 * index, 50, 140 + 100 * index, 100)))

    prepared = update(BASE, empty)
    three = sign(sign(sign(prepared), RSA, field="Second"), field="Third")
    case("three-in-prepared-fields", three, "valid")
    certified = sign(prepared, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
    case("certified-then-signed-in-a-prepared-field", sign(certified, field="Second"), "valid")
    once = sign(BASE)
    case("second-in-a-new-hidden-field", sign(once, field="Second"), "valid_extended")
    case("second-in-a-new-field-on-blank-paper", sign(once, field="Second", box=(300, 50, 400, 100)), "valid_extended")
    case("second-over-the-text", sign(once, field="Second", box=(50, 600, 550, 800)), "indeterminate", "changes")
    form = with_field()
    certified = sign(form, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
    case("filled-in-after-certification", update(certified, fill), "valid_extended")
    case("filled-in-without-certification", update(sign(form), fill), "indeterminate", "changes")
    case("filled-in-though-nothing-is-permitted", update(sign(form, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES), fill), "invalid", "changes")
    locked = update(form, lambda target: fields.append_signature_field(
        target, SigFieldSpec("First", field_mdp_spec=FieldMDPSpec(FieldMDPAction.INCLUDE, ["name"]))
    ))
    case("filled-in-though-locked", update(sign(locked), fill), "invalid", "changes")
    elsewhere = update(form, lambda target: fields.append_signature_field(
        target, SigFieldSpec("First", field_mdp_spec=FieldMDPSpec(FieldMDPAction.EXCLUDE, ["name"]), doc_mdp_update_value=MDPPerm.FILL_FORMS)
    ))
    case("filled-in-outside-of-the-lock", update(sign(elsewhere), fill), "valid_extended")


def attacks():
    archive = dict(stamp=STAMP, embed_validation_info=True, validation_context=CONTEXT, use_pades_lta=True)
    started = {
        "signed": sign(BASE),
        "rsa": sign(BASE, RSA),
        "lta": sign(BASE, **archive),
        "p1": sign(BASE, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES),
        "p2": sign(BASE, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS),
        "p3": sign(BASE, certify=True, docmdp_permissions=MDPPerm.ANNOTATE),
        "streams": sign(qpdf("--object-streams=generate")),
        "twice": sign(sign(BASE), field="Second"),
    }
    for name, pdf in started.items():
        case(f"{name}-page-drawn-anew", update(pdf, draw(b"q Q")), "invalid", "changes")
        case(f"{name}-annotation", update(pdf, annotate), "invalid", "changes")
        case(f"{name}-action", update(pdf, action), "invalid", "changes")
        case(f"{name}-orphan", update(pdf, orphan), "indeterminate", "changes")
        case(f"{name}-page-as-certificate", update(pdf, laundering), "invalid", "changes")
        changed = update(pdf, draw(b"q Q"))
        case(f"{name}-update-without-end", changed[: changed.rindex(b"%%EOF")], "invalid")
        case(f"{name}-bytes-after-the-end", pdf + b"% more\n", "invalid")
        flipped = bytearray(pdf)
        flipped[pdf.index(b"/MediaBox") + 12 if b"/MediaBox" in pdf else 700] ^= 1
        case(f"{name}-a-byte-changed", bytes(flipped), "invalid")
        case(f"{name}-signed-over-a-change", sign_anyway(update(pdf, draw(b"q Q")), "Later"), "invalid", "changes")
    case("p1-second-signature", sign_anyway(started["p1"]), "invalid", "changes")
    case("p2-new-field-that-shows", sign_anyway(started["p2"], box=(300, 50, 400, 100)), "invalid", "changes")
    pdf = started["signed"]
    start = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    end = pdf.index(b">", start)
    case("padding-not-zero", pdf[: end - 2] + b"61" + pdf[end:], "indeterminate", "cms")
    case("signature-of-another-file", transplant(pdf, sign(qpdf("--linearize"))), "invalid")
    case("turned-back", pdf + BASE[BASE.rindex(b"startxref"):], "invalid")


def sign_anyway(pdf, field="Another", box=None):
    """As somebody signs who does not ask what is permitted."""
    target = writer(pdf)
    fields.append_signature_field(target, SigFieldSpec(field, box=box))
    metadata = signers.PdfSignatureMetadata(field_name=field, subfilter=PADES, md_algorithm="sha256")
    pdf_signer = signers.PdfSigner(metadata, CURVE)
    original = signers.pdf_signer.PdfSigner._enforce_certification_constraints
    signers.pdf_signer.PdfSigner._enforce_certification_constraints = lambda self, reader: None
    try:
        return pdf_signer.sign_pdf(target).getvalue()
    finally:
        signers.pdf_signer.PdfSigner._enforce_certification_constraints = original


def transplant(pdf, other):
    def span(bytes_):
        start = bytes_.rindex(b"/Contents <") + len(b"/Contents <")
        return start, bytes_.index(b">", start)

    start, end = span(pdf)
    theirs = other[slice(*span(other))]
    if len(theirs) > end - start:
        theirs = theirs[: end - start]
    return pdf[:start] + theirs.ljust(end - start, b"0") + pdf[end:]


def identities():
    def leaf(name, verdict, *against, key=None, others=(), issuer=ROOT, stamp=None, meta=None, **options):
        party = Party("Signer", key or p256(), issuer, **options)
        case(name, sign(BASE, party.signer(*others), stamp=stamp, **(meta or {})), verdict, *against)

    ended = (NOW - 100 * DAY, NOW - DAY)
    # pyHanko's own clock says now: the signature claims a time after the certificate's end.
    leaf("expired", "indeterminate", "time", "validity", valid=ended)
    early = authority(TSA, fixed_dt=NOW - 10 * DAY)
    leaf("expired-and-time-stamped-before", "valid", valid=ended, stamp=early)
    late = authority(TSA, fixed_dt=NOW - datetime.timedelta(hours=1))
    leaf("expired-and-time-stamped-after", "indeterminate", "validity", valid=ended, stamp=late)
    leaf("not-yet-valid", "indeterminate", "time", "validity", valid=(NOW + DAY, NOW + 9 * DAY))
    future = authority(TSA, fixed_dt=NOW + DAY)
    leaf("time-stamp-of-tomorrow", "indeterminate", "time-stamp", stamp=future)
    store_of_root = SimpleCertificateStore()
    store_of_root.register(ROOT.asn1())
    elsewhere = OfOtherBytes(TSA.asn1(), TSA.private(), certs_to_embed=store_of_root)
    leaf("time-stamp-of-other-bytes", "indeterminate", "time-stamp", stamp=elsewhere)
    stranger = Party("Stranger", p256(), ca=True)
    leaf("issuer-not-trusted", "indeterminate", "trust", issuer=stranger)
    alone = Party("Signer", p256())
    case("self-signed", sign(BASE, alone.signer()), "indeterminate", "trust")
    namesake = Party("Root", p256(), ca=True)
    leaf("issuer-with-the-roots-name", "indeterminate", "trust", issuer=namesake)
    for name, extensions in (("not-for-time-stamps", []), ("for-time-stamps-not-critical", [(STAMPING[0][0], False)])):
        party = Party("TSA", rsa.generate_private_key(65537, 2048), ROOT, extensions=extensions)
        leaf(f"tsa-{name}", "indeterminate", "time-stamp", stamp=authority(party))
    party = Party("TSA", rsa.generate_private_key(65537, 2048), stranger, extensions=STAMPING)
    leaf("tsa-not-trusted", "indeterminate", "time-stamp", stamp=authority(party))
    leaf("key-for-encryption", "indeterminate", "certificate", usage=("key_encipherment",))
    server = [(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)]
    leaf("key-for-servers", "indeterminate", "certificate", extensions=server)
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
    leaf("critical-extension-not-known", "indeterminate", "trust", extensions=[(unknown, True)])
    leaf("extension-not-known", "valid", extensions=[(unknown, False)])
    leaf("rsa-1024", "indeterminate", "signature", key=rsa.generate_private_key(65537, 1024))
    leaf("sha-1", "indeterminate", "digest", "signature", key=rsa.generate_private_key(65537, 2048), meta={"md_algorithm": "sha1"})
    short = Party("Short", p256(), ROOT, ca=True, path_length=0)
    below = Party("Below", p256(), short, ca=True)
    leaf("path-too-long", "indeterminate", "trust", issuer=below, others=(below, short))
    plain = Party("Plain", p256(), ROOT)
    leaf("issuer-is-no-ca", "indeterminate", "trust", issuer=plain, others=(plain,))
    no_signing = Party("No signing", p256(), ROOT, ca=True, usage=("crl_sign",))
    leaf("issuer-may-not-sign-certificates", "indeterminate", "trust", issuer=no_signing, others=(no_signing,))
    directory = x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Somebody else")]))
    bound = Party("Bound", p256(), ROOT, ca=True, extensions=[(x509.NameConstraints([directory], None), True)])
    leaf("name-outside-of-constraints", "indeterminate", "trust", issuer=bound, others=(bound,))
    upper = Party("Upper", p256(), ROOT, ca=True)
    lower = Party("Lower", p256(), upper, ca=True)
    leaf("a-link-is-missing", "indeterminate", "trust", issuer=lower, others=(lower,))
    gone = Party("Gone", p256(), ROOT, ca=True, valid=ended)
    leaf("issuer-expired", "indeterminate", "validity", issuer=gone, others=(gone,))
    point = x509.DistributionPoint([x509.UniformResourceIdentifier("http://crl.invalid/a.crl")], None, None, None)
    pointer = [(x509.CRLDistributionPoints([point]), False)]
    leaf("revocation-not-answered", "indeterminate", "revocation", extensions=pointer)
    for name, before, verdict, against in (
        ("revoked", 3 * DAY, "indeterminate", ("revocation",)),
        ("not-revoked", None, "valid", ()),
        ("another-revoked", None, "valid", ()),
    ):
        party = Party("Signer", p256(), ROOT, extensions=pointer)
        serial = party.certificate.serial_number if before else party.certificate.serial_number + 1
        builder = x509.CertificateRevocationListBuilder().issuer_name(ROOT.certificate.subject)
        builder = builder.last_update(NOW - DAY).next_update(NOW + 9 * DAY)
        if name != "not-revoked":
            one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW - 3 * DAY)
            builder = builder.add_revoked_certificate(one.build())
        encoded = builder.sign(ROOT.key, hashes.SHA256()).public_bytes(DER)
        case(f"list-in-the-file-{name}", update(sign(BASE, party.signer()), store(encoded)), verdict, *against)
    # Revoked after it was time-stamped.
    party = Party("Signer", p256(), ROOT, extensions=pointer)
    builder = x509.CertificateRevocationListBuilder().issuer_name(ROOT.certificate.subject)
    builder = builder.last_update(NOW - DAY).next_update(NOW + 9 * DAY)
    one = x509.RevokedCertificateBuilder().serial_number(party.certificate.serial_number).revocation_date(NOW - 3 * DAY)
    encoded = builder.add_revoked_certificate(one.build()).sign(ROOT.key, hashes.SHA256()).public_bytes(DER)
    stamped = sign(BASE, party.signer(), stamp=early)
    case("revoked-after-the-proven-time", update(stamped, store(encoded)), "valid")


def store(crl):
    """Validation data with a revocation list."""

    def change(target):
        reference = target.add_object(generic.StreamObject(stream_data=crl))
        lists = generic.DictionaryObject({generic.pdf_name("/CRLs"): generic.ArrayObject([reference])})
        target.root["/DSS"] = target.add_object(lists)
        target.update_root()

    return change


def main():
    logging.disable(logging.CRITICAL)
    folder = pathlib.Path(sys.argv[1])
    (folder / "root.pem").write_bytes(ROOT.certificate.public_bytes(serialization.Encoding.PEM))
    positives()
    attacks()
    identities()
    (folder / "cases.json").write_text(json.dumps(CASES))


if __name__ == "__main__":
    main()
