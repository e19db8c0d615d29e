#!/usr/bin/env python3
"""Judges the judges: each has to say yes to a file that others made well and no to the same file
with one thing wrong. A judge that says yes to everything would make every test that asks it pass.

The files come from Typst and pyHanko, not from vanthu. Run: `tests/judges/controls.py`.
"""

import datetime
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

JUDGES = Path(__file__).resolve().parent
BUILT = JUDGES.parents[1] / "target" / "judges"

if not (BUILT / "version").exists():
    print("the judges are not set up: run tests/judges/setup.sh", file=sys.stderr)
    sys.exit(2)
if Path(sys.prefix).resolve() != (BUILT / "venv").resolve():
    python = str(BUILT / "venv" / "bin" / "python")
    os.execv(python, [python, __file__, *sys.argv[1:]])

sys.path.insert(0, str(JUDGES))
from archived import Archived  # noqa: E402
from asn1crypto import pem  # noqa: E402
from sample import Signer, rendered  # noqa: E402


def run(*command):
    """Exit status and standard output of a judge."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, encoding="utf-8")
    return done.returncode, done.stdout


class Controls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = Path(cls.folder.name)
        cls.signer = Signer.new()
        (cls.path / "root.pem").write_bytes(cls.signer.root_pem)
        cls.report = rendered(["a-3a", "ua-1"])
        cls.signed = cls.signer.sign(cls.report)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def file(self, name, content):
        path = self.path / name
        path.write_bytes(content)
        return path

    def verapdf(self, *files):
        status, lines = run(JUDGES / "verapdf", "--profile", "3a", "--profile", "ua1", *files)
        return status, [json.loads(line) for line in lines.splitlines()]

    def test_verapdf_accepts_what_claims_and_keeps_both_standards(self):
        status, verdicts = self.verapdf(self.file("tốt.pdf", self.report))
        self.assertEqual(status, 0, verdicts)
        self.assertEqual([v["profile"] for v in verdicts], ["3a", "ua1"])
        self.assertTrue(all(v["compliant"] and v["checks"] > 100 for v in verdicts), verdicts)
        self.assertTrue(verdicts[0]["file"].endswith("tốt.pdf"))

    def test_verapdf_refuses_a_plain_pdf_and_names_the_clause(self):
        status, verdicts = self.verapdf(self.file("plain.pdf", rendered([])))
        self.assertEqual(status, 1)
        self.assertFalse(verdicts[0]["compliant"])
        # ISO 19005-3 6.6.4: the file has to say which part and level it keeps.
        self.assertIn("6.6.4", [f["clause"] for f in verdicts[0]["failed"]])
        self.assertFalse(verdicts[1]["compliant"])

    def test_verapdf_cannot_judge_what_is_no_pdf(self):
        self.assertEqual(self.verapdf(self.file("no.pdf", b"not a PDF"))[0], 2)
        self.assertEqual(self.verapdf(self.path / "absent.pdf")[0], 2)
        self.assertEqual(run(JUDGES / "verapdf", "--profile", "nonsense", "x.pdf")[0], 2)

    def cms(self, cms, content):
        return run(JUDGES / "cms-verify", self.file("cms.der", cms), self.file("content", content))

    def test_cms_judges_accept_a_true_signature(self):
        cms, content = self.signer.parts(self.signed)
        status, verdict = self.cms(cms, content)
        self.assertEqual(status, 0, verdict)
        verdict = json.loads(verdict)
        self.assertEqual((verdict["bouncycastle"]["valid"], verdict["gnutls"]), (True, True))
        self.assertEqual(verdict["bouncycastle"]["signature"], "1.3.101.112")

    def test_cms_judges_refuse_other_content(self):
        cms, content = self.signer.parts(self.signed)
        status, verdict = self.cms(cms, content[:-1] + b"!")
        self.assertEqual(status, 1)
        verdict = json.loads(verdict)
        self.assertEqual((verdict["bouncycastle"]["valid"], verdict["gnutls"]), (False, False))

    def test_cms_judges_refuse_another_signature_value(self):
        cms, content = self.signer.parts(self.signed)
        value = self.signer.signature_value(cms)
        at = cms.index(value) + 8
        status, verdict = self.cms(cms[:at] + bytes([cms[at] ^ 1]) + cms[at + 1 :], content)
        self.assertEqual(status, 1)
        verdict = json.loads(verdict)
        self.assertEqual((verdict["bouncycastle"]["valid"], verdict["gnutls"]), (False, False))

    def test_cms_judges_cannot_judge_padding_or_rubbish(self):
        cms, content = self.signer.parts(self.signed)
        self.assertEqual(self.cms(cms + b"\0", content)[0], 2)
        self.assertEqual(self.cms(b"rubbish", content)[0], 2)

    def pyhanko(self, content, *arguments, trust="root.pem"):
        status, verdict = run(
            JUDGES / "pyhanko_verdict.py", self.file("file.pdf", content), "--trust", self.path / trust, *arguments
        )
        return status, json.loads(verdict)["signatures"] if verdict else None

    def test_pyhanko_accepts_a_true_signature(self):
        status, [verdict] = self.pyhanko(self.signed)
        self.assertEqual(status, 0, verdict)
        self.assertTrue(verdict["intact"] and verdict["valid"] and verdict["trusted"] and verdict["docmdp_ok"])
        self.assertEqual((verdict["coverage"], verdict["modification_level"]), ("ENTIRE_FILE", "NONE"))
        self.assertEqual(verdict["message_digest"], "sha512")

    def test_pyhanko_refuses_a_flipped_byte(self):
        at = self.signed.index(b"/Producer") + 12
        status, [verdict] = self.pyhanko(self.signed[:at] + bytes([self.signed[at] ^ 1]) + self.signed[at + 1 :])
        self.assertEqual((status, verdict["intact"]), (1, False))

    def test_pyhanko_does_not_trust_another_root(self):
        (self.path / "other.pem").write_bytes(Signer.new().root_pem)
        status, [verdict] = self.pyhanko(self.signed, trust="other.pem")
        self.assertEqual((status, verdict["intact"], verdict["trusted"]), (1, True, False))

    def test_pyhanko_does_not_trust_an_expired_certificate(self):
        status, [verdict] = self.pyhanko(self.signed, "--at", "2099-01-01T00:00:00+07:00")
        self.assertEqual((status, verdict["trusted"]), (1, False))

    def test_pyhanko_refuses_a_page_drawn_over(self):
        status, [verdict] = self.pyhanko(self.signer.page_replaced(self.signed))
        self.assertEqual((status, verdict["docmdp_ok"]), (1, False))
        self.assertTrue(verdict["suspicion"])

    def test_pyhanko_finds_no_signature_where_there_is_none(self):
        self.assertEqual(self.pyhanko(self.report), (1, []))

    def test_pyhanko_cannot_judge_what_is_no_pdf(self):
        self.assertEqual(self.pyhanko(b"not a PDF"), (2, None))


class Archives(unittest.TestCase):
    """The judge of what lasts, a month after the signer's certificate ended."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = Path(cls.folder.name)
        cls.archived = Archived()
        roots = b"".join(pem.armor("CERTIFICATE", root.dump()) for root in cls.archived.roots)
        (cls.path / "roots.pem").write_bytes(roots)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def judged(self, content, trust="roots.pem"):
        (self.path / "file.pdf").write_bytes(content)
        later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30)
        status, verdict = run(
            JUDGES / "pyhanko_ltv.py", self.path / "file.pdf", "--trust", self.path / trust, "--at", later.isoformat()
        )
        return status, json.loads(verdict)["signatures"][0] if verdict else None

    def test_what_is_archived_lasts(self):
        status, verdict = self.judged(self.archived.pdf)
        self.assertEqual((status, verdict["indication"]), (0, "PASSED"), verdict)
        self.assertTrue(verdict["archived"] and verdict["docmdp_ok"])

    def test_without_the_time_stamp_of_the_archive_it_does_not(self):
        stamp = self.archived.pdf.index(b"/DocTimeStamp")
        end = self.archived.pdf.rindex(b"%%EOF", 0, stamp) + len(b"%%EOF\n")
        status, verdict = self.judged(self.archived.pdf[:end])
        self.assertEqual((status, verdict["indication"]), (1, "INDETERMINATE"), verdict)
        self.assertIsNone(verdict["archived"])

    def test_nor_where_the_validation_data_were_changed(self):
        status, verdict = self.judged(self.archived.pdf.replace(b"/CRLs", b"/CRLz"))
        self.assertEqual(status, 1, verdict)
        self.assertIsNone(verdict["archived"])

    def test_nor_by_the_roots_of_others(self):
        (self.path / "other.pem").write_bytes(Signer.new().root_pem)
        status, verdict = self.judged(self.archived.pdf, "other.pem")
        self.assertEqual(status, 1, verdict)


if __name__ == "__main__":
    unittest.main()
