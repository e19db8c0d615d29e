"""What a CMS of one detached signature says, read with asn1crypto: `cms_facts.py CMS.der`.

Prints one JSON object; algorithms and attribute values as hexadecimal DER, so that a parameter that
is there and one that is not look different. Checks the signature over the signed attributes with
cryptography: it fails where that does.
"""

import hashlib
import json
import sys

from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

with open(sys.argv[1], "rb") as file:
    der = file.read()
info = cms.ContentInfo.load(der, strict=True)
signed = info["content"]
signer = signed["signer_infos"][0]
certificates = [choice.chosen for choice in signed["certificates"]]
own = next(c for c in certificates if c.serial_number == signer["sid"].chosen["serial_number"].native)
attributes = signer["signed_attrs"].untag()

key = own.public_key["public_key"].native
Ed25519PublicKey.from_public_bytes(key).verify(signer["signature"].native, attributes.dump())

print(json.dumps({
    "content_type": info["content_type"].native,
    "version": signed["version"].native,
    "digest_algorithms": [algorithm.dump().hex() for algorithm in signed["digest_algorithms"]],
    "encapsulated_type": signed["encap_content_info"]["content_type"].native,
    "detached": signed["encap_content_info"]["content"].native is None,
    "certificates": sorted(hashlib.sha256(c.dump()).hexdigest() for c in certificates),
    "revocation_lists": signed["crls"].native,
    "signers": len(signed["signer_infos"]),
    "signer_version": signer["version"].native,
    "signer_identifier": signer["sid"].name,
    "signer_issuer": signer["sid"].chosen["issuer"] == own.issuer,
    "signer_certificate": hashlib.sha256(own.dump()).hexdigest(),
    "digest_algorithm": signer["digest_algorithm"].dump().hex(),
    "signature_algorithm": signer["signature_algorithm"].dump().hex(),
    "signature_length": len(signer["signature"].native),
    "attributes": {
        attribute["type"].dotted: [value.dump().hex() for value in attribute["values"]]
        for attribute in attributes
    },
    "sorted": [a.dump() for a in attributes] == sorted(a.dump() for a in attributes),
    "unsigned_attributes": signer["unsigned_attrs"].native,
}))
