"""Is each secret declared where the parts run, and written down nowhere?"""

import re
from collections.abc import Iterator

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.views.deployment import Compose
from agents.checks.contract.views.prose import codes

_SECRET = re.compile(
    r"(PASS(WORD|WD|PHRASE)?|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?|SIGNING_?KEY|_KEY)S?(_FILE)?\Z", re.I
)
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\Z")
_READ = re.compile(r"_(?:PASSWORD|SECRET|TOKEN|KEY|URL|DSN|HOST|PORT|USER|DATABASE|BUCKET|REGION)(?:_FILE)?\Z")
_URL_PASSWORD = re.compile(r"\A[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{0,100}:([^\s/@$][^\s/@]{0,200})@", re.IGNORECASE)
_REFERENCE = re.compile(r"\$\{?[A-Za-z_]|\A/run/secrets/|\A\s*\Z")
_KEY_TEXT = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bghp_[A-Za-z0-9]{36}\b|\bsk_live_[A-Za-z0-9]{16,}"
)


def judge(facts: Facts) -> list[Finding] | None:
    found = [finding for compose in facts.compose_files for finding in _compose(compose)]
    found += _named(facts)
    for artifact in facts.bundle.artifacts:
        match = _KEY_TEXT.search(artifact.content)
        if match:
            found.append(
                Finding(
                    artifact.path,
                    artifact.content.count("\n", 0, match.start()) + 1,
                    "A private key or access key is written down here",
                    "Take it out, and read it from a secret.",
                )
            )
    return found if facts.compose_files or found else None


def _compose(compose: Compose) -> Iterator[Finding]:
    for variable in compose.variables:
        literal = bool(_SECRET.search(variable.name)) and not variable.name.upper().endswith("_FILE")
        if (literal and not _REFERENCE.search(variable.value)) or _URL_PASSWORD.match(variable.value):
            yield Finding(
                compose.file,
                variable.line,
                f"`{variable.name}` of `{variable.service}` holds its secret in plain text",
                "Read it from a secret file or from the environment (`${…}`).",
            )
    for service, secret, line in compose.used:
        if secret not in compose.secrets:
            yield Finding(
                compose.file,
                line,
                f"`{service}` uses the secret `{secret}`, which is not declared",
                f"Declare `{secret}` under `secrets`.",
            )
    used = {secret for _, secret, _ in compose.used}
    for variable in compose.variables:
        name = variable.value.removeprefix("/run/secrets/")
        if (
            name != variable.value
            and name
            and name not in {secret for service, secret, _ in compose.used if service == variable.service}
        ):
            yield Finding(
                compose.file,
                variable.line,
                f"`{variable.name}` reads the secret `{name}`, which `{variable.service}` is not given",
                f"Add `{name}` to the `secrets` of `{variable.service}`.",
            )
    for secret, line in compose.secrets.items():
        if secret not in used:
            yield Finding(
                compose.file,
                line,
                f"The secret `{secret}` is declared, but no service uses it",
                "Give it to the service that needs it, or take it out.",
                serious=False,
            )


def _named(facts: Facts) -> Iterator[Finding]:
    """Variables that documents say the parts read are declared in a compose file."""
    composes = facts.compose_files
    if not composes or any(compose.has_env_file for compose in composes):
        return
    declared = {variable.name for compose in composes for variable in compose.variables}
    declared |= {name.upper() for compose in composes for name in compose.secrets}
    text = "\n".join(compose.text for compose in composes)
    told: set[str] = set()
    for document in facts.runbooks:
        for number, line in document.numbered():
            for code in codes(line):
                name = code.split("=")[0].strip().lstrip("$").strip("{}")
                if not _VARIABLE.match(name) or not _READ.search(name) or name in told:
                    continue
                bare = name.removesuffix("_FILE")
                if {name, bare, f"{bare}_FILE"} & declared or re.search(rf"\b{re.escape(name)}\b", text):
                    continue
                told.add(name)
                yield Finding(
                    document.path,
                    number,
                    f"`{name}` is needed by what is written here, but no service in {composes[0].file} is given it",
                    "Declare it in the compose file, from a secret or the environment.",
                    serious=bool(_SECRET.search(name)),
                )


CHECK = ContractCheck(
    "contract.secret",
    "Secrets and variables that services and runbook name with what the compose file declares; values written in plain "
    "text; keys written down in any artifact",
    "failed; a secret nobody uses, a variable that is no secret: warning",
    "What the code itself reads; values inside an env_file; throw-away passwords of a CI job.",
    judge,
)
