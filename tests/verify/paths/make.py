#!/usr/bin/env python3
"""Makes the certificates, lists and answers of tests/verify/paths/cases.rs, with the libraries that
tests/judges/requirements.txt pins: `make.py FOLDER` writes them there, and what is to be said of each
case to FOLDER/cases.json.

What NIST's suite has is not made again: here are OCSP, judging the past, time-stamps, and data that
strangers add. The expectation of each case stands beside it.
"""

import datetime as dt
import json
import pathlib
import sys

from asn1crypto import core as asn1
from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

DER = Encoding.DER


def day(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.timezone.utc)


START, END, NOW = day("2020-01-01"), day("2030-01-01"), day("2026-06-01")
SIGNED = day("2024-06-01")  # a proven time in the past
CRL_URL, OCSP_URL = "http://crl.example/a.crl", "http://ocsp.example/"


class Party:
    """A key and its certificate."""

    def __init__(self, name, issuer=None, key=None, ca=False, **more):
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = issuer or self
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(issuer.name)
            .public_key(self.key.public_key())
            .serial_number(more.get("serial") or x509.random_serial_number())
            .not_valid_before(more.get("start", START))
            .not_valid_after(more.get("end", END))
        )
        usage = dict.fromkeys(
            ("digital_signature content_commitment key_encipherment data_encipherment key_agreement "
             "key_cert_sign crl_sign encipher_only decipher_only").split(), False)
        usage |= {"key_cert_sign": ca, "crl_sign": ca and more.get("crl_sign", True), "digital_signature": not ca}
        builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
        if ca:
            builder = builder.add_extension(x509.BasicConstraints(True, more.get("length")), critical=True)
        if more.get("crl"):
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(CRL_URL)], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        if more.get("ocsp"):
            access = x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(OCSP_URL))
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        if more.get("purposes"):
            builder = builder.add_extension(
                x509.ExtendedKeyUsage(more["purposes"]), critical=more.get("critical", True))
        if more.get("nocheck"):
            builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
        self.certificate = sign(builder, issuer.key)

    @property
    def der(self):
        return self.certificate.public_bytes(DER)


def sign(builder, key):
    return builder.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def crl(issuer, revoked=(), this=day("2026-05-30"), following=day("2026-06-30"), extensions=(), key=None):
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.name).last_update(this)
    builder = builder.next_update(following)
    for party, since, *reason in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(party.certificate.serial_number)
        entry = entry.revocation_date(since)
        for flag in reason:
            entry = entry.add_extension(x509.CRLReason(flag), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return sign(builder, key or issuer.key).public_bytes(DER)


def answer(party, issuer, signer=None, status="GOOD", since=None, this=day("2026-05-31"),
           following=day("2026-06-07"), digest=None, by="HASH", certificates=(), key=None):
    signer = signer or issuer
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=party.certificate, issuer=issuer.certificate, algorithm=digest or hashes.SHA1(),
        cert_status=getattr(ocsp.OCSPCertStatus, status), this_update=this, next_update=following,
        revocation_time=since, revocation_reason=None)
    builder = builder.responder_id(getattr(ocsp.OCSPResponderEncoding, by), signer.certificate)
    if certificates:
        builder = builder.certificates([one.certificate for one in certificates])
    # The answer is produced at the time of the build; what is signed is corrected below.
    made = sign(builder, signer.key).public_bytes(DER)
    return produced(made, key or signer.key, this)


def produced(der, key, when):
    """The same answer, produced at `when`."""
    response = asn1_ocsp.OCSPResponse.load(der)
    basic = response["response_bytes"]["response"].parsed
    body = basic["tbs_response_data"]
    body["produced_at"] = when
    signed = body.dump(force=True)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        basic["signature"] = asn1.OctetBitString(key.sign(signed))
    else:
        basic["signature"] = asn1.OctetBitString(key.sign(signed, ec.ECDSA(hashes.SHA256())))
    response["response_bytes"]["response"] = asn1.ParsableOctetString(basic.dump(force=True))
    return response.dump(force=True)


def basic(der):
    return asn1_ocsp.OCSPResponse.load(der)["response_bytes"]["response"].native and bytes(
        asn1_ocsp.OCSPResponse.load(der)["response_bytes"]["response"])


def flipped(der):
    return der[:-1] + bytes([der[-1] ^ 1])


def tlv(tag, content):
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def huge_crl(issuer, entries):
    """A list of many entries, put together by hand: the builder would take minutes."""
    date = tlv(0x17, b"260101000000Z")
    reason = bytes.fromhex("300c300a0603551d1504030a0101")
    rows = b"".join(
        tlv(0x30, tlv(0x02, b"\x01" + number.to_bytes(15, "big")) + date + reason) for number in range(entries))
    algorithm = bytes.fromhex("300a06082a8648ce3d040302")
    body = tlv(0x30, tlv(0x02, b"\x01") + algorithm + issuer.name.public_bytes() + tlv(0x17, b"260530000000Z")
               + tlv(0x17, b"260630000000Z") + tlv(0x30, rows))
    value = issuer.key.sign(body, ec.ECDSA(hashes.SHA256()))
    return tlv(0x30, body + algorithm + tlv(0x03, b"\x00" + value))


class Cases:
    def __init__(self, folder):
        self.folder, self.cases, self.written = folder, [], {}

    def file(self, der):
        if der not in self.written:
            self.written[der] = f"{len(self.written)}.der"
            (self.folder / self.written[der]).write_bytes(der)
        return self.written[der]

    def add(self, name, expected, leaf, trust, others=(), crls=(), ocsps=(), usage="signature", at=NOW,
            as_of=None):
        self.cases.append({
            "name": name, "expected": expected, "leaf": self.file(leaf.der), "usage": usage,
            "trust": [self.file(one.der) for one in trust],
            "certificates": [self.file(one.der) for one in others],
            "crls": [self.file(one) for one in crls], "ocsps": [self.file(one) for one in ocsps],
            "at": at.isoformat(), "as_of": (as_of or at).isoformat(), "now": NOW.isoformat(),
        })


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    cases = Cases(folder)
    root = Party("Root", ca=True)
    middle = Party("Middle", root, ca=True)
    quiet = Party("No pointer", middle)
    leaf = Party("Leaf", middle, crl=True, ocsp=True)
    stranger = Party("Middle", ca=True)

    def ask(name, expected, who=leaf, **more):
        more.setdefault("others", [middle])
        cases.add(name, expected, who, more.pop("trust", [root]), **more)

    # Paths.
    ask("nothing to ask", "trusted, not asked", quiet)
    ask("no certificate in between", "unknown issuer", quiet, others=[])
    ask("a stranger of the issuer's name", "unknown issuer", quiet, others=[stranger])
    ask("a stranger of the anchor's name", "broken: signature", Party("Leaf", Party("Root", ca=True)))
    ask("the issuer among strangers of its name", "trusted, not asked", quiet,
        others=[*(Party("Middle", ca=True) for _ in range(40)), middle])
    ask("strangers' circles", "unknown issuer", quiet, trust=[Party("Other", ca=True)],
        others=[middle, *(Party(a, Party(b, ca=True), ca=True) for a in ("Middle", "Root") for b in ("Middle", "Root"))])
    ask("before certificates began", "not then", quiet, at=day("2019-06-01"))
    ask("before computers' time", "not then", quiet, at=day("1969-06-01"))
    ask("when computers' time began", "not then", quiet, at=day("1970-01-01"))
    ask("after certificates end", "not then", quiet, at=day("2031-06-01"))
    old_root = Party("Old root", ca=True, end=day("2025-01-01"))
    ask("an anchor that has ended", "not then", Party("Leaf", old_root), trust=[old_root])
    short = Party("Short root", ca=True, length=0)
    shorter = Party("Between", short, ca=True)
    ask("the anchor's own path length", "broken: pathLenConstraint", Party("Leaf", shorter), trust=[short],
        others=[shorter])
    alone = Party("Alone")
    ask("an anchor that signs", "trusted, not asked", alone, trust=[alone])
    ask("a stranger that signs alone", "unknown issuer", alone)
    not_ca = Party("Not a CA", root)
    ask("an issuer that is none", "broken: basicConstraints", Party("Leaf", not_ca), others=[not_ca])
    weak = Party("Weak", root, key=rsa.generate_private_key(65537, 1024), ca=True)
    ask("a key that is too short", "broken: RSA-1024", Party("Leaf", weak), others=[weak])
    strong = Party("Strong", root, key=rsa.generate_private_key(65537, 2048), ca=True)
    ask("RSA", "trusted, not asked", Party("Leaf", strong), others=[strong])
    edwards = Party("Edwards", key=ed25519.Ed25519PrivateKey.generate(), ca=True)
    ask("Ed25519", "trusted, not asked", Party("Leaf", edwards), trust=[edwards])
    long = [root]
    for number in range(9):
        long.append(Party(f"Step {number}", long[-1], ca=True))
    ask("eight between", "trusted, not asked", Party("Leaf", long[8]), others=long[1:9])
    ask("nine between", "unknown issuer", Party("Leaf", long[9]), others=long[1:])

    # Anchors that others issued (RFC 5280 6.1.1 d): with their own validity and constraints, for nobody below a leaf,
    # and not against what a root says of them.
    ask("an intermediate is the anchor", "trusted, not asked", quiet, trust=[middle], others=[])
    ask("an intermediate is the anchor, and its root is not at hand", "trusted, not asked", quiet, trust=[middle])
    ask("a leaf is the anchor", "trusted, not asked", quiet, trust=[quiet], others=[])
    ask("a leaf that is an anchor vouches for nobody", "unknown issuer", Party("Below", quiet), trust=[quiet], others=[])
    ask("a signer in his own name vouches for nobody", "unknown issuer", Party("Below", alone), trust=[alone], others=[])
    old_middle = Party("Old middle", root, ca=True, end=day("2025-01-01"))
    ask("an intermediate that has ended is the anchor", "not then", Party("Leaf", old_middle), trust=[old_middle])
    narrow = Party("Narrow", root, ca=True, length=0)
    below = Party("Below", narrow, ca=True)
    ask("the path length of an intermediate that is the anchor", "broken: pathLenConstraint", Party("Leaf", below),
        trust=[narrow], others=[below])
    asked_middle = Party("Middle", root, ca=True, crl=True, key=middle.key)
    ask("nobody asks about an anchor", "trusted, not asked", quiet, trust=[asked_middle], others=[])
    ask("an anchor that a root revoked", "revoked 2024-01-01: Middle", quiet, trust=[root, asked_middle], others=[],
        crls=[crl(root, [(asked_middle, day("2024-01-01"))])])
    heir = Party("Heir", old_root, ca=True)
    ask("an anchor whose root has ended", "trusted, not asked", Party("Leaf", heir), trust=[old_root, heir], others=[])
    forged = Party("Leaf", Party("Root", ca=True), end=day("2025-01-01"))
    ask("an ended one of a stranger of the anchor's name", "broken: signature", forged)

    # Purposes.
    stamps, mail = ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.EMAIL_PROTECTION
    mail_only = Party("Mail", root, ca=True, purposes=[mail])
    for name, expected, party, others in (
        ("for time-stamps alone", "trusted, not asked", Party("TSA", root, purposes=[stamps]), []),
        ("for time-stamps, not critical", "broken: extKeyUsage", Party("TSA", root, purposes=[stamps], critical=False), []),
        ("for time-stamps and more", "broken: extKeyUsage", Party("TSA", root, purposes=[stamps, mail]), []),
        ("for anything", "broken: extKeyUsage", Party("TSA", root), []),
        ("under an issuer for mail", "broken: extKeyUsage", Party("TSA", mail_only, purposes=[stamps]), [mail_only]),
    ):
        ask(name, expected, party, others=others, usage="time_stamp")

    # Lists.
    before, after = day("2024-01-01"), day("2025-01-01")
    reasons = x509.ReasonFlags
    ask("a pointer and no data", "unknown: Leaf", leaf)
    ask("a list", "trusted, good", crls=[crl(middle)])
    ask("a list of others", "trusted, good", crls=[crl(middle, [(quiet, before)])])
    ask("listed", "revoked 2024-01-01: Leaf", crls=[crl(middle, [(leaf, before)])])
    ask("listed, though nothing is to be asked", "revoked 2024-01-01: No pointer", quiet, crls=[crl(middle, [(quiet, before)])])
    ask("an old list, though nothing is to be asked", "trusted, ran out", quiet,
        crls=[crl(middle, this=before, following=after)])
    ask("listed in an old list, though nothing is to be asked", "revoked 2024-01-01: No pointer", quiet,
        crls=[crl(middle, [(quiet, before)], this=before, following=after)])
    ask("an old list and a list of tomorrow, though nothing is to be asked", "unknown: No pointer", quiet,
        crls=[crl(middle, this=before, following=after), crl(middle, this=day("2026-06-02"))])
    ask("an old list and a list, though nothing is to be asked", "trusted, good", quiet,
        crls=[crl(middle, this=before, following=after), crl(middle)])
    ask("a list of another issuer, though nothing is to be asked", "trusted, not asked", quiet, crls=[crl(root)])
    ask("listed in one of two", "revoked 2024-01-01: Leaf", crls=[crl(middle), crl(middle, [(leaf, before)])])
    ask("on hold", "revoked 2024-01-01: Leaf", crls=[crl(middle, [(leaf, before, reasons.certificate_hold)])])
    ask("listed in an old list", "revoked 2024-01-01: Leaf",
        crls=[crl(middle, [(leaf, before)], this=before, following=after)])
    ask("revoked later than asked", "trusted, good", crls=[crl(middle, [(leaf, after)])], at=SIGNED)
    ask("revoked later, key compromised", "trusted, good", at=SIGNED,
        crls=[crl(middle, [(leaf, after, reasons.key_compromise)])])
    ask("revoked by now", "revoked 2025-01-01: Leaf", crls=[crl(middle, [(leaf, after)])])
    ask("a list of after the time, over by now", "trusted, good", at=SIGNED,
        crls=[crl(middle, this=day("2024-06-02"), following=day("2024-07-02"))])
    ask("a list of before the time, current then", "trusted, good", at=SIGNED,
        crls=[crl(middle, this=day("2024-05-20"), following=day("2024-06-20"))])
    ask("a list of before the time, over then", "unknown: Leaf", at=SIGNED,
        crls=[crl(middle, this=day("2024-05-01"), following=day("2024-05-31"))])
    ask("an old list", "unknown: Leaf", crls=[crl(middle, this=before, following=after)])
    ask("a list of tomorrow", "unknown: Leaf", crls=[crl(middle, this=day("2026-06-02"))])
    then = {"this": day("2024-05-20"), "following": day("2024-06-20")}
    ask("a list of the time that is to be told of", "trusted, good", as_of=SIGNED, crls=[crl(middle, **then)])
    ask("a list of before that time", "unknown: Leaf", as_of=SIGNED,
        crls=[crl(middle, this=day("2024-05-01"), following=day("2024-05-31"))])
    ask("a list of after that time, over by now", "trusted, good", as_of=SIGNED,
        crls=[crl(middle, this=day("2024-06-02"), following=day("2024-07-02"))])
    ask("revoked since that time", "revoked 2025-01-01: Leaf", as_of=SIGNED,
        crls=[crl(middle, **then), crl(middle, [(leaf, after)])])
    ask("good since that time", "trusted, good", as_of=SIGNED, crls=[crl(middle, **then), crl(middle)])
    ended = Party("Ended", middle, crl=True, end=day("2025-01-01"))
    remembers = x509.UnrecognizedExtension(
        x509.ObjectIdentifier("2.5.29.60"), asn1.GeneralizedTime(day("2020-01-01")).dump())
    ask("a list that has forgotten", "unknown: Ended", ended, at=SIGNED, crls=[crl(middle)])
    ask("a list that remembers", "trusted, good", ended, at=SIGNED, crls=[crl(middle, extensions=[(remembers, False)])])
    ask("an ended one, listed", "revoked 2024-01-01: Ended", ended, at=SIGNED, crls=[crl(middle, [(ended, before)])])
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    ask("a critical extension of the list", "unknown: Leaf", crls=[crl(middle, extensions=[(unknown, True)])])
    ask("an extension of the list", "trusted, good", crls=[crl(middle, extensions=[(unknown, False)])])
    ask("a list signed by another", "unknown: Leaf", crls=[crl(middle, key=stranger.key)])
    ask("a forged list does not revoke", "trusted, good",
        crls=[crl(middle), crl(middle, [(leaf, before)], key=stranger.key)])
    ask("a list with a bit turned", "unknown: Leaf", crls=[flipped(crl(middle))])
    for name, expected, end in (
        ("a key for lists", "trusted, good", END),
        ("a key for lists that has ended", "unknown: Leaf", day("2026-01-01")),
    ):
        lists = Party("Middle", root, ca=True, end=end)
        ask(name, expected, others=[middle, lists], crls=[crl(middle, key=lists.key)])
    by_leaf = Party("Middle", quiet, ca=True)
    ask("a key for lists that a leaf signed", "unknown: Leaf", others=[middle, by_leaf],
        crls=[crl(middle, key=by_leaf.key)])
    no_lists = Party("No lists", root, ca=True, crl_sign=False)
    under = Party("Leaf", no_lists, crl=True)
    ask("a list by whom may not sign lists", "unknown: Leaf", under, others=[no_lists], crls=[crl(no_lists)])
    mid_asked = Party("Middle", root, ca=True, crl=True, key=middle.key)
    ask("the issuer says where to ask", "unknown: Middle", quiet, others=[mid_asked])
    ask("the issuer is listed", "revoked 2024-01-01: Middle", quiet, others=[mid_asked],
        crls=[crl(root, [(mid_asked, before)])])
    ask("the issuer is good", "trusted, not asked", quiet, others=[mid_asked], crls=[crl(root)])
    ask("both are good", "trusted, good", others=[mid_asked], crls=[crl(root), crl(middle)])
    ask("strangers' lists use up the budget", "unknown: No pointer", quiet,
        crls=[crl(middle, key=stranger.key)] * 300)
    ask("half a million entries", "trusted, good", crls=[huge_crl(middle, 500_000)])

    # Answers.
    nocheck = {"purposes": [ExtendedKeyUsageOID.OCSP_SIGNING], "critical": False}
    delegate = Party("Responder", middle, nocheck=True, **nocheck)
    ask("an answer", "trusted, good", ocsps=[answer(leaf, middle)])
    ask("an answer without its envelope", "trusted, good", ocsps=[basic(answer(leaf, middle))])
    ask("an answer, by name", "trusted, good", ocsps=[answer(leaf, middle, by="NAME")])
    ask("an answer, SHA-256", "trusted, good", ocsps=[answer(leaf, middle, digest=hashes.SHA256())])
    ask("an answer about another", "unknown: Leaf", ocsps=[answer(quiet, middle)])
    ask("an answer of a namesake of the issuer", "unknown: Leaf", ocsps=[answer(leaf, stranger)])
    ask("an answer that knows nothing", "unknown: Leaf", ocsps=[answer(leaf, middle, status="UNKNOWN")])
    ask("revoked", "revoked 2024-01-01: Leaf", ocsps=[answer(leaf, middle, status="REVOKED", since=before)])
    ask("revoked, though a list says good", "revoked 2024-01-01: Leaf", crls=[crl(middle)],
        ocsps=[answer(leaf, middle, status="REVOKED", since=before)])
    ask("answered: revoked later than asked", "trusted, good", at=SIGNED,
        ocsps=[answer(leaf, middle, status="REVOKED", since=after)])
    ask("fractions of a second", "trusted, good",
        ocsps=[produced(answer(leaf, middle), middle.key, day("2026-05-31") + dt.timedelta(microseconds=907746))])
    ask("an answer with a bit turned", "unknown: Leaf", ocsps=[flipped(answer(leaf, middle))])
    ask("an answer signed by another", "unknown: Leaf", ocsps=[answer(leaf, middle, key=stranger.key)])
    ask("an old answer", "unknown: Leaf", ocsps=[answer(leaf, middle, this=before, following=after)])
    ask("an answer of minutes ago, without an end", "trusted, good",
        ocsps=[answer(leaf, middle, this=NOW - dt.timedelta(minutes=10), following=None)])
    ask("an answer of yesterday, without an end", "unknown: Leaf", ocsps=[answer(leaf, middle, following=None)])
    ask("an answer of after the time", "trusted, good", at=SIGNED,
        ocsps=[answer(leaf, middle, this=day("2024-06-02"), following=day("2024-06-03"))])
    for name, expected, party, others in (
        ("a delegate", "trusted, good", delegate, []),
        ("a delegate that may be asked about", "unknown: Leaf", Party("Responder", middle, crl=True, **nocheck), []),
        ("a delegate without a pointer", "trusted, good", Party("Responder", middle, **nocheck), []),
        ("a delegate for something else", "unknown: Leaf", Party("Responder", middle), []),
        ("a delegate of a namesake", "unknown: Leaf", Party("Responder", stranger, nocheck=True, **nocheck), []),
        ("a delegate of the root", "unknown: Leaf", Party("Responder", root, nocheck=True, **nocheck), []),
        ("a delegate that has ended", "unknown: Leaf", Party("Responder", middle, end=day("2026-01-01"), **nocheck), []),
    ):
        ask(name, expected, ocsps=[answer(leaf, middle, signer=party, certificates=[party])])
    asked = Party("Responder", middle, crl=True, **nocheck)
    ask("a delegate whom the issuer calls good", "trusted, good",
        ocsps=[answer(leaf, middle, signer=asked, certificates=[asked]), answer(asked, middle)])
    ask("a delegate that was revoked", "unknown: Leaf",
        crls=[crl(middle, [(asked, before)], this=day("2026-05-01"), following=day("2026-05-02"))],
        ocsps=[answer(leaf, middle, signer=asked, certificates=[asked])])
    ask("a delegate among the other certificates", "trusted, good", others=[middle, delegate],
        ocsps=[answer(leaf, middle, signer=delegate)])

    (folder / "cases.json").write_text(json.dumps(cases.cases, indent=1))


if __name__ == "__main__":
    main()
