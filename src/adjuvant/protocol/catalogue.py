"""The protocols of the library by key and version, each read and checked once, with its digest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from adjuvant.errors import LibraryError
from adjuvant.library.folder import FOLDER, file_digest, shown_name
from adjuvant.library.strict import Entry, closest, read_file
from adjuvant.protocol.check import check, complaints, word_complaints
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.kept import kept, put
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.reading import FILE, located, read_protocol, tree
from adjuvant.protocol.site import Profile, Sited, apply, read_profile

__all__ = ["Listed", "beside", "load", "named", "protocol_keys", "read_listed", "sited"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One protocol of the library.

    Args:
        raw: its file as plain Python, into which a site's values are put.
        digest: SHA-256 of its file.
        path: where it stands.
    """

    protocol: Protocol
    raw: Any
    digest: str
    path: Path


def protocol_keys() -> tuple[str, ...]:
    """The keys of every protocol, in alphabetical order."""
    return _keys(FOLDER / "protocols")


@lru_cache(maxsize=4)
def _keys(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in folder.glob(f"*/{FILE}")))


@lru_cache(maxsize=256)
def load(key: str) -> Listed:
    """The protocol of a key, or of ``key@version`` where an earlier version is kept beside the present one.

    Raises:
        LibraryError: no such protocol or version, or a file that breaks its form.
    """
    name, _, version = key.partition("@")
    if name not in protocol_keys():
        raise LibraryError(f"protocol {name!r}", "is not in the library", _other(name))
    folder = FOLDER / "protocols" / name
    paths = [folder / FILE, *sorted((folder / "versions").glob(f"*/{FILE}"))]
    known: dict[str, Path] = {}
    for path in paths if version else paths[:1]:
        listed = read_listed(path)
        if not version or listed.protocol.version == version:
            return listed
        known[listed.protocol.version] = path
    raise LibraryError(f"protocol {name!r}", f"has no version {version!r}", closest(version, known))


def _other(name: str) -> str:
    """What to do about a key that no protocol has. All of them would be too long a list for an error."""
    near = closest(name, protocol_keys())
    return near if near.startswith("did") else f"`adjuvant protocols list` names them; {_OWN}"


_OWN = "a protocol of your own is named by its file, such as my_ward/protocol.yaml"


def named(word: str, folder: Path) -> Listed:
    """The protocol of a key, or of a file ending in .yaml, or its folder; paths are counted from `folder`.

    Raises:
        LibraryError: as for `load` and `read_listed`.
    """
    if word.endswith(".yaml"):
        return read_listed(folder / word)
    if word not in protocol_keys() and (folder / word / FILE).is_file():
        return read_listed(folder / word / FILE)
    return load(word)


def read_listed(path: Path) -> Listed:
    """The protocol of a file, checked; also one that is not in the library.

    Raises:
        LibraryError: it breaks its form or cannot be what it says.
    """
    try:
        content = path.read_bytes()
    except OSError:
        content = b""  # what follows says so
    known = kept(path, content)
    if known is not None:
        return Listed(*known, sha256(content).hexdigest(), path)
    protocol = read_protocol(path)
    top = read_file(path, shown_name(path))
    check(protocol, top)
    listed = Listed(protocol, tree(top), file_digest(path), path)
    if listed.digest == sha256(content).hexdigest():  # it did not change while it was read
        put(path, content, listed.protocol, listed.raw)
    return listed


def beside(profile: Path) -> Listed:
    """The protocol that a profile is for: of the library, or a file next to the profile.

    Raises:
        LibraryError: the profile breaks its form, or its protocol is in neither place.
    """
    read, top = read_profile(profile)
    for path in (profile.parent / FILE, profile.parent / f"{read.protocol}.yaml"):
        if path.is_file() and (listed := read_listed(path)).protocol.protocol == read.protocol:
            return listed
    if read.protocol not in protocol_keys():
        raise located(top, ("protocol",)).error(
            f"{read.protocol!r} is neither in the library nor in a file beside the profile",
            _other(read.protocol).replace(
                _OWN, f"a protocol of your own stands as {FILE} beside the profile"
            ),
        )
    return load(read.protocol)


def sited(listed: Listed, profile: Path | None = None) -> Sited:
    """A protocol as it is run: with a site's values, or as its source gives it.

    Raises:
        LibraryError: the profile breaks its form, is for another protocol or version, or chooses what the
            protocol gives itself.
    """
    if profile is None:
        return Sited(listed.protocol, None, {}, listed.digest)
    read, top = read_profile(profile)
    return with_profile(listed, read, top)


def with_profile(listed: Listed, profile: Profile, top: Entry) -> Sited:
    """A protocol with the values of a profile that was read already.

    Raises:
        LibraryError: as for `sited`, or the whole cannot be what it says: a rule that cannot fire, a name
            that nothing has, a ceiling out of reach.
    """
    from adjuvant.protocol.limits import guardrails, own_limit, rule_examples

    rules = {key: one.rule for key, one in rule_examples().items()}
    adopted = {item.key for item in (*profile.adopt_monitoring, *profile.adopt_criteria)}
    others = {key: load(key).protocol for key in adopted if key in protocol_keys()}
    for n, item in enumerate(profile.adopt_guardrails):
        if item.key not in guardrails():
            raise located(top, ("adopt_guardrails", n, "key")).error(
                f"{item.key!r} is no guardrail of guardrails.yaml", closest(item.key, guardrails())
            )
    if profile.opioid_review is not None:
        for path, rule, remedy in word_complaints(profile.opioid_review):
            raise located(top, ("opioid_review", *path)).error(rule, remedy)
    found = apply(listed.raw, listed.protocol, profile, top, rules, others, listed.digest)
    for path, rule, remedy in complaints(found.protocol):
        if path[0] == "absent":  # what the site leaves open stays open, and the engine names it
            continue
        raise top.named(".".join(map(str, path))).error(rule, remedy)
    own: dict[str, Guardrail] = {}
    for n, limit in enumerate(profile.limits):
        place = located(top, ("limits", n))
        if f"site.{limit.key}" in own:
            raise place.error(f"{limit.key!r} stands twice", "give each a key of its own")
        own[f"site.{limit.key}"] = own_limit(limit, listed.protocol.drug, place)
    return replace(found, own_limits=own)
