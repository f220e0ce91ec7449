#!/usr/bin/env python3
"""Check a journal that `village-console export` has written, with nothing of that program: `verify_journal.py FILE`.

Needs Python 3.9 and the package `cryptography`. The first line of the file says which devices sign (their Ed25519 keys) and
which chains there are; each further line is one link, in hex:

    hash   SHA-256(previous + body + sealed_sha)    what the device signed, and what the next link gives as its `previous`
    body   JSON with device, incarnation, sequence number (from 1, without gaps), kind and subject of the fact
    sealed personal fields, encrypted; empty where there are none or they were erased. The hash covers their SHA-256 only

Exit status 0: every link holds. 1: a line for each that does not, and for each gap and fork. 2: this is no such file.
"""

import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "village-console journal 1"
FIRST = bytes(32)


def check_link(link, devices, chains):
    """What is wrong with one link, or None; a good one is entered into its chain."""
    previous, raw, sealed, sealed_sha, sig = (
        bytes.fromhex(link[name]) for name in ("previous", "body", "sealed", "sealed_sha", "sig")
    )
    body = json.loads(raw)
    place = f"{body['dev']}/{body['inc']}/{body['seq']}"
    digest = hashlib.sha256(previous + raw + sealed_sha).digest()
    public = bytes.fromhex(devices.get(body["dev"], ""))
    if hashlib.sha256(public).hexdigest()[:16] != body["dev"]:
        return f"{place}: no key of this device is in the file"
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(sig, digest)
    except InvalidSignature:
        return f"{place}: the signature does not fit"
    if sealed and hashlib.sha256(sealed).digest() != sealed_sha:
        return f"{place}: what is sealed was replaced"
    chains.setdefault((body["dev"], body["inc"]), {}).setdefault(body["seq"], {})[digest] = previous
    return None


def check_chain(name, chain, said):
    """Every gap, fork and broken step of one chain, and whether it has as many links as the file says."""
    count = sum(map(len, chain.values()))
    if count != said["links"]:
        yield f"{name}: {said['links']} links are said to be here, {count} are"
    last = max(chain, default=0)
    for seq in range(1, last + 1):
        links, before = chain.get(seq, {}), chain.get(seq - 1, {}) if seq > 1 else {FIRST: None}
        if not links and (seq == 1 or seq - 1 in chain):
            yield f"{name}/{seq}: gap"
        if len(links) > 1:
            yield f"{name}/{seq}: fork into {len(links)}"
        if links and before and not all(previous in before for previous in links.values()):
            yield f"{name}/{seq}: does not follow from the link before"


def main():
    """Check the file."""
    try:
        with open(sys.argv[1], encoding="ascii") as file:
            head, *links = map(json.loads, file)
        if head["format"] != FORMAT:
            raise ValueError(head["format"])
        said = {(chain["dev"], chain["inc"]): chain for chain in head["chains"]}
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        print(f"no export of a journal, or cut short: {error}", file=sys.stderr)
        return 2
    chains, wrong = {}, []
    for line, link in enumerate(links, start=2):
        try:
            problem = check_link(link, head["devices"], chains)
        except (ValueError, KeyError, TypeError) as error:
            problem = f"cannot be read: {error!r}"
        if problem:
            wrong.append(f"line {line}: {problem}")
    for chain in sorted(said.keys() | chains.keys()):
        wrong += check_chain("/".join(chain), chains.get(chain, {}), said.get(chain, {"links": 0}))
    for problem in wrong:
        print(problem)
    print(f"{len(links)} links, {len(chains)} chains, {len(wrong)} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
