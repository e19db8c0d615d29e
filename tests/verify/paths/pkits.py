#!/usr/bin/env python3
"""Makes tests/verify/paths/pkits.pem: the certificates and revocation lists of NIST's Public Key
Interoperability Test Suite (PKITS 1.0.1 of 2011, a work of the United States government and in the
public domain), as the PyPI package cryptography_vectors carries them.

    pip download --no-deps cryptography_vectors==50.0.2
    tests/verify/paths/pkits.py cryptography_vectors-50.0.2-py3-none-any.whl > tests/verify/paths/pkits.pem
"""

import base64
import pathlib
import sys
import textwrap
import zipfile

KINDS = {"certs": "CERTIFICATE", "crls": "X509 CRL"}


def main() -> None:
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        for name in sorted(wheel.namelist()):
            path = pathlib.PurePosixPath(name)
            if "PKITS_data" in path.parts and path.parent.name in KINDS and path.suffix in (".crt", ".crl"):
                label = KINDS[path.parent.name]
                body = "\n".join(textwrap.wrap(base64.b64encode(wheel.read(name)).decode(), 64))
                print(f"{path.stem}\n-----BEGIN {label}-----\n{body}\n-----END {label}-----")


if __name__ == "__main__":
    main()
