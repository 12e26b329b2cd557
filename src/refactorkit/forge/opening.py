"""Which forge a repository is on, and the token for it: from the environment, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from refactorkit.campaign import CampaignError, Target
from refactorkit.forge import Forge
from refactorkit.forge.pacing import Pace

TOKENS = {
    "github": ("REFACTORKIT_GITHUB_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"),
    "gitlab": ("REFACTORKIT_GITLAB_TOKEN", "GITLAB_TOKEN", "CI_JOB_TOKEN"),
}
"""The environment variables that are asked in turn."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
HOSTS = {"github.com": "github", "gitlab.com": "gitlab"}
USERS = {"github": "x-access-token", "gitlab": "oauth2"}
"""The user names with which a token passes for a password over https."""
CI_JOB = "CI_JOB_TOKEN"


class Token(Struct, frozen=True):
    """A secret. Its text form doesn't show it."""

    value: str
    variable: str

    def __repr__(self) -> str:
        return f"Token(from {self.variable})"

    __str__ = __repr__


class Place(Struct, frozen=True, kw_only=True):
    """Where a repository is: the kind of forge, its API, the name there, and the host that git asks."""

    kind: str
    api: str
    name: str
    host: str


def place(target: Target) -> Place:
    """Where a target is. Raises CampaignError for what the URL doesn't tell, and for a secret in it."""
    scheme, host, path = _parts(target.url)
    kind = target.forge or HOSTS.get(host) or ("gitlab" if host.startswith("gitlab.") else None)
    if kind is None:
        raise CampaignError(f"{target.url}: which forge this is can't be told: set forge to github or gitlab")
    name = target.name or path.removesuffix(".git").strip("/")
    if not target.name and scheme == "file":
        raise CampaignError(f"{target.url} doesn't tell the repository's name on the forge: set name")
    if name.count("/") < 1 or (kind == "github" and name.count("/") != 1):
        raise CampaignError(f"{target.url}: {name!r} is no name of a repository: set name to owner/name")
    api = target.api
    if api is None and scheme == "file":
        raise CampaignError(f"{target.url} doesn't tell where the forge is: set api")
    if api is None and kind == "github":
        api = "https://api.github.com" if host == "github.com" else f"https://{host}/api/v3"
    api = (api or f"https://{host}").rstrip("/")
    checked = urlsplit(api)
    if checked.scheme != "https" and not (checked.scheme == "http" and checked.hostname in LOOPBACK):
        raise CampaignError(f"{target.url}: api = {api!r}: a token is sent over https only: correct it")
    return Place(kind=kind, api=api, name=name, host=host)


def _parts(url: str) -> tuple[str, str, str]:
    """Scheme, host and path of a remote. Raises CampaignError, which never repeats what may hold a secret."""
    if "://" not in url:
        host, colon, path = url.partition(":")
        if colon and "/" not in host and len(host) > 1:  # scp's way: git@host:owner/name.git
            return "ssh", host.rpartition("@")[2].lower(), path
        return "file", "", url
    parts = urlsplit(url)
    if parts.password is not None or (parts.scheme in ("http", "https") and parts.username):
        raise CampaignError(
            f"the url of a repository on {parts.hostname} holds a user or a password: take it out, "
            "the token comes from the environment"
        )
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise CampaignError(f"{url}: a token is sent over https only: write https://")
    if parts.scheme not in ("https", "http", "ssh", "file"):
        raise CampaignError(f"{url}: remotes are reached over https or ssh: write such a URL")
    return parts.scheme, (parts.hostname or "").lower(), parts.path


def token(target: Target, kind: str, environment: Mapping[str, str]) -> Token:
    """The token for a target. Raises CampaignError naming the variables when there is none."""
    names = (target.token_env,) if target.token_env else TOKENS[kind]
    for name in names:
        value = environment.get(name, "").strip()
        if value:
            return Token(value, name)
    raise CampaignError(f"there is no token for {target.url}: set {' or '.join(names)} in the environment")


def connect(where: Place, secret: Token, timeout: float, pace: Pace) -> Forge:
    """The repository on its forge. The client's library is loaded here, and no sooner."""
    if where.kind == "github":
        from refactorkit.forge.github import GitHubForge

        return GitHubForge(where.api, where.name, secret.value, timeout, pace)
    from refactorkit.forge.gitlab import GitLabForge

    return GitLabForge(where.api, where.name, secret.value, timeout, pace, secret.variable == CI_JOB)


__all__ = ["TOKENS", "USERS", "Place", "Token", "connect", "place", "token"]
