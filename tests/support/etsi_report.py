"""Reads a validation report strictly by the classes that pyHanko made from ETSI's schema, and prints
the indications. Exits with 1 where anything in it is not in the schema, or what must be there is not."""

import sys

from pyhanko.generated.etsi import ts_11910202
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

strict = ParserConfig(
    fail_on_unknown_properties=True, fail_on_unknown_attributes=True, fail_on_converter_warnings=True
)
try:
    report = XmlParser(config=strict).parse(sys.argv[1], ts_11910202.ValidationReport)
except Exception as cause:  # whatever the parser minds
    sys.exit(str(cause))
known = {one.id for one in (report.signature_validation_objects.validation_object if report.signature_validation_objects else ())}
for one in report.signature_validation_report:
    status = one.signature_validation_status
    if one.signers_document is None or status is None or not status.main_indication:
        sys.exit("a required element is missing")
    if one.signer_information is not None:
        for target in one.signer_information.signer_certificate.voreference:
            if target.lstrip("#") not in known:
                sys.exit(f"{target} is nowhere")
    names = [status.main_indication, *(status.sub_indication or ())]
    print(*(name.rsplit(":", 1)[1] for name in names))
