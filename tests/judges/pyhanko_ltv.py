#!/usr/bin/env python3
"""pyHanko's verdict on every signature of a PDF by what the file itself carries to prove it later:
`pyhanko_ltv.py FILE --trust ROOT.pem --at TIME [--crl LIST]`.

It goes through PAdES validation with long-term data as ETSI EN 319 102-1 §5.6.3 has it (the chain of document
time-stamps as evidence of existence, times slid back), asks no network, and wants a revocation list or an answer
for every certificate, without exception. A list may be given for what no file can have: the state of the last
time-stamp's authority at the time of checking. Known to refuse what is good: certificates that end before the
revocation data about them do, since it slides times back to the end of the data, where the standard says to
their beginning.

Prints one JSON object. Exit status: 0 every signature passed and was not changed since, 1 at least one did not
or there is none, 2 could not be judged."""

import argparse
import asyncio
import json
import logging
import os
import sys
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / "target" / "judges" / "venv"

if not (ROOT / "target" / "judges" / "version").exists():
    print("pyHanko is not set up: run tests/judges/setup.sh", file=sys.stderr)
    sys.exit(2)
if Path(sys.prefix).resolve() != VENV.resolve():
    python = str(VENV / "bin" / "python")
    os.execv(python, [python, __file__, *sys.argv[1:]])

from asn1crypto.crl import CertificateList  # noqa: E402
from pyhanko.keys import load_certs_from_pemder  # noqa: E402
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: E402
from pyhanko.sign.validation import DocumentSecurityStore, KeyUsageConstraints, ades, generic_cms  # noqa: E402
from pyhanko.sign.validation.errors import NoDSSFoundError  # noqa: E402
from pyhanko.sign.validation.policy_decl import (  # noqa: E402
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.authority import CertTrustAnchor  # noqa: E402
from pyhanko_certvalidator.context import CertValidationPolicySpec  # noqa: E402
from pyhanko_certvalidator.ltv import ades_past, poe  # noqa: E402
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo  # noqa: E402
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy  # noqa: E402
from pyhanko_certvalidator.registry import SimpleTrustManager  # noqa: E402
from pyhanko_certvalidator.revinfo.archival import CRLContainer  # noqa: E402


def move_clock(moment):
    """pyHanko takes what has no proof of its age for as old as the machine's clock says, whatever the time of
    checking, and slides times back from there: an expired time-stamp would pass as one that was known before."""

    class Moved(datetime):
        @classmethod
        def now(cls, tz=None):
            return moment

    for module in (ades, ades_past, poe):
        module.datetime = Moved


WITH_TIME = ades.ades_with_time_validation


async def with_any_time(signed_data, validation_spec, timing_info, **rest):
    """The step of ETSI EN 319 102-1 §5.5, where pyHanko knows no other proof of the time than a signature's own
    time-stamp. EN 319 142-1 §6.3 has document time-stamps as well; the steps after this one know them."""
    if any(generic_cms.extract_tst_data_iter(signed_data["signer_infos"][0], signed=False)):
        return await WITH_TIME(signed_data, validation_spec, timing_info=timing_info, **rest)
    # What is said of the PDF around the message is none of this step's concern.
    rest = {key: value for key, value in rest.items() if key not in ("status_cls", "extra_status_kwargs")}
    basic = await ades.ades_basic_validation(signed_data, validation_spec, timing_info=timing_info, **rest)
    known = rest["validation_data_handlers"].poe_manager[signed_data["signer_infos"][0]["signature"].native]
    return ades.AdESWithTimeValidationResult(
        ades_subindic=basic.ades_subindic,
        api_status=basic.api_status,
        failure_msg=basic.failure_msg,
        validation_objects=basic.validation_objects,
        best_signature_time=known,
        signature_not_before_time=None,
    )


def verdict(signature, spec, moment):
    """What pyHanko says of one signature at `moment`, as plain values."""
    timing = ValidationTimingInfo(validation_time=moment, best_signature_time=moment, point_in_time_validation=True)
    result = asyncio.run(ades.ades_lta_validation(signature, spec, timing))
    status = result.api_status
    archived = result.oldest_evidence_record_timestamp
    stamp = result.signature_timestamp_status
    return {
        "field": signature.field_name,
        "indication": result.ades_subindic.status.name,
        "subindication": str(result.ades_subindic),
        "failure": str(result.failure_msg) if result.failure_msg else None,
        "intact": status.intact if status else None,
        "valid": status.valid if status else None,
        "docmdp_ok": signature.summarise_integrity_info()["docmdp_ok"],
        "best_signature_time": result.best_signature_time.isoformat(),
        # The oldest document time-stamp after the signature that holds.
        "archived": archived.isoformat() if archived else None,
        "signature_time_stamp": str(stamp.ades_subindic) if stamp else None,
    }


def store(reader):
    """How much the file's store (DSS) holds of each kind."""
    try:
        held = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return {"certs": 0, "crls": 0, "ocsps": 0}
    return {"certs": len(held.certs), "crls": len(held.crls), "ocsps": len(held.ocsps)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--trust", type=Path, required=True, action="append", help="PEM or DER; may be repeated")
    arguments.add_argument("--at", type=datetime.fromisoformat, required=True, help="validation time, RFC 3339")
    arguments.add_argument("--crl", type=Path, default=[], action="append", help="DER; may be repeated")
    given = arguments.parse_args()
    # Its own way of saying that a check failed is a traceback; the verdict says it as well.
    logging.disable(logging.CRITICAL)
    move_clock(given.at)
    ades.ades_with_time_validation = with_any_time
    try:
        roots = [CertTrustAnchor(root) for root in load_certs_from_pemder([str(path) for path in given.trust])]
        lists = [CRLContainer(CertificateList.load(path.read_bytes())) for path in given.crl]
        policy = CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(trust_roots=roots),
            revinfo_policy=CertRevTrustPolicy(revocation_checking_policy=REQUIRE_REVINFO),
        )
        spec = PdfSignatureValidationSpec(
            SignatureValidationSpec(
                cert_validation_policy=policy,
                revinfo_gathering_policy=RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
                local_knowledge=LocalKnowledge(known_crls=lists),
                key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
            )
        )
        with given.file.open("rb") as stream:
            reader = PdfFileReader(stream, strict=True)
            signatures = [verdict(signature, spec, given.at) for signature in reader.embedded_regular_signatures]
            answer = {"signatures": signatures, "store": store(reader)}
    except Exception as error:  # whatever a broken file provokes is "could not be judged"
        print(f"pyHanko could not judge {given.file}: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print(json.dumps(answer, ensure_ascii=False))
    good = [one["indication"] == "PASSED" and one["intact"] and one["docmdp_ok"] for one in signatures]
    return 0 if good and all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
