"""Judges roots and inclusion proofs by RFC 6962 section 2.1 as it is written: recursively, from all leaves."""

import base64
import hashlib
import json
import sys


def leaf_hash(leaf):
    return hashlib.sha256(b"\0" + leaf).digest()


def split(n):
    """The largest power of two smaller than n."""
    return 1 << (n - 1).bit_length() - 1


def root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = split(len(leaves))
    return hashlib.sha256(b"\1" + root(leaves[:k]) + root(leaves[k:])).digest()


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return path(m, leaves[:k]) + [root(leaves[k:])]
    return path(m - k, leaves[k:]) + [root(leaves[:k])]


def checkpoint(note):
    _, size, digest, *_ = note.split("\n")
    return int(size), base64.b64decode(digest)


data = json.load(sys.stdin)
leaves = [leaf.encode() for leaf in data["leaves"]]
for note in data["checkpoints"]:
    size, digest = checkpoint(note)
    assert root(leaves[:size]) == digest, note
for proof in data["proofs"]:
    head, note = proof.split("\n\n", 1)
    magic, extra, index, *hashes = head.split("\n")
    assert magic == "c2sp.org/tlog-proof@v1"
    size, digest = checkpoint(note)
    index = int(index.removeprefix("index "))
    assert leaves[index] == base64.b64decode(extra.removeprefix("extra "))
    assert path(index, leaves[:size]) == [base64.b64decode(line) for line in hashes], proof
    assert root(leaves[:size]) == digest
print(f"{len(leaves)} leaves, {len(data['checkpoints'])} checkpoints, {len(data['proofs'])} proofs")
