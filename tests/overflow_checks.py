#!/usr/bin/env python3
"""Whether every crate of the workspace is shipped with overflow checks: a profile that names some packages and
forgets one says nothing about it.

usage: overflow_checks.py PROFILE...

Asks cargo what it would build with each profile, and builds nothing."""

import json
import os
import subprocess
import sys

# The plan of a build is printed by the nightly cargo, and by every cargo that is told to behave like one.
environment = {**os.environ, "RUSTC_BOOTSTRAP": "1"}
failed = False
for profile in sys.argv[1:]:
    plan = subprocess.run(
        ["cargo", "build", "--locked", "--workspace", "--profile", profile, "--unit-graph", "-Zunstable-options"],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    units = [unit for unit in json.loads(plan.stdout)["units"] if unit["pkg_id"].startswith("path+file:")]
    # A build script runs on the machine that builds, and reads nothing of strangers.
    units = [unit for unit in units if unit["target"]["kind"] != ["custom-build"]]
    without = [unit for unit in units if not unit["profile"]["overflow_checks"]]
    for unit in without:
        print(f"{profile}: without overflow checks: {unit['target']['name']} of {unit['pkg_id']}")
    failed |= bool(without) or not units
    print(f"{profile}: {len(units) - len(without)} of {len(units)} with overflow checks")
sys.exit(failed)
