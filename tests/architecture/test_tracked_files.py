"""What may not stand in a tracked file: where packages come from, and where this machine keeps things."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

# In pieces, so that this file does not hold what it looks for.
PUBLIC_HOSTS = {
    "pypi." + "org",
    "python" + "hosted.org",
    "registry." + "npmjs" + ".org",
    "registry." + "yarnpkg" + ".com",
    "deb." + "debian" + ".org",
    "security." + "debian" + ".org",
    "deb." + "nodesource" + ".com",
}


def tracked(root: Path) -> list[Path]:
    """What git keeps or would keep: every file but the ignored ones."""
    if not (root / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout: there are no tracked files to look at")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [root / name for name in listed.split("\0") if name and (root / name).is_file()]


def configured_hosts(root: Path) -> set[str]:
    """The hosts that pip, npm, uv and apt are told to use on this machine."""
    words = [os.environ.get(name, "") for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL")]
    words += [os.environ.get(name, "") for name in ("UV_DEFAULT_INDEX", "NPM_CONFIG_REGISTRY")]
    commands = [[sys.executable, "-m", "pip", "config", "list"]]
    if shutil.which("npm"):
        commands.append(["npm", "config", "get", "registry"])
    for command in commands:
        words.append(subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout)
    apt = Path("/etc/apt")
    lists = [apt / "sources.list", *apt.glob("sources.list.d/*")] if apt.is_dir() else []
    words += [path.read_text(encoding="utf-8", errors="replace") for path in lists if path.is_file()]
    hosts = {urlsplit(url).hostname for url in re.findall(r"https?://[^\s'\"]+", "\n".join(words))}
    return {host for host in hosts if host and "." in host}


def machine_paths(root: Path) -> set[str]:
    """The checkout, the folder around it and the home folder, unless they are everybody's."""
    anybody = {Path("/"), Path("/tmp"), Path(tempfile.gettempdir()).resolve()}
    return {f"{path}/" for path in (root, root.parent, Path.home()) if path.resolve() not in anybody}


def holding(root: Path, needles: set[str]) -> list[str]:
    """`file: needle` for each tracked file that holds one of `needles`."""
    wanted = {needle.encode() for needle in needles}
    hits = []
    for path in tracked(root):
        content = path.read_bytes()
        hits += [f"{path.relative_to(root)}: {needle.decode()}" for needle in wanted if needle in content]
    return sorted(hits)


def test_no_tracked_file_names_a_package_registry(root: Path) -> None:
    hits = holding(root, PUBLIC_HOSTS | configured_hosts(root))
    assert not hits, "say the package's name, never where it came from:\n" + "\n".join(hits)


def test_no_tracked_file_names_a_place_on_this_machine(root: Path) -> None:
    hits = holding(root, machine_paths(root))
    assert not hits, "use paths relative to the repository:\n" + "\n".join(hits)


def test_no_lock_file_records_where_packages_were_downloaded(root: Path) -> None:
    names = {path.name for path in tracked(root)}
    assert not names & {"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "yarn.lock"}


@pytest.mark.hazard("H-088")
def test_every_pinned_package_has_a_hash(root: Path) -> None:
    for file in sorted((root / "requirements").glob("*.txt")):
        text = file.read_text(encoding="utf-8").replace("\\\n", " ")
        pins = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
        assert pins, f"{file.name} pins nothing"
        unpinned = [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin]
        assert not unpinned, f"{file.name}: {unpinned}"


def test_the_tests_run_with_the_packages_that_the_program_runs_with(root: Path) -> None:
    def pins(name: str) -> set[str]:
        text = (root / "requirements" / name).read_text(encoding="utf-8")
        return set(re.findall(r"^([a-z0-9.-]+==[^\s;]+)", text, re.MULTILINE))

    assert pins("runtime.txt") <= pins("test.txt")


def test_every_tracked_link_leads_to_something_in_the_repository(root: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-s"], cwd=root, capture_output=True, text=True, check=False
    ).stdout
    names = [line.split("\t")[1] for line in listed.splitlines() if line.startswith("120000")]
    astray = [
        name
        for name in names
        if Path(os.readlink(root / name)).is_absolute()
        or not (root / name).resolve().is_relative_to(root.resolve())
        or not (root / name).exists()
    ]
    assert not astray, f"these links lead to a place of one machine, or nowhere: {astray}"
