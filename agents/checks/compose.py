"""Is a compose file one that runs, and that an operator may run?

By the structure of the Compose specification: https://github.com/compose-spec/compose-spec/blob/main/spec.md
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from agents.checks.result import CheckResult, failed, passed, warned
from agents.checks.yaml_text import read_yaml
from agents.deliverable import Artifact

MAX_FINDINGS = 20
_TOP = frozenset("version name include services networks volumes configs secrets models".split())
_SERVICE = frozenset(
    "annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name "
    "cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec "
    "depends_on deploy develop device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file "
    "environment expose extends external_links extra_hosts gpus group_add healthcheck hostname image init ipc "
    "isolation label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit "
    "models "
    "network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_stop privileged "
    "profiles provider pull_policy read_only restart runtime scale secrets security_opt shm_size stdin_open "
    "stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode uts volumes "
    "volumes_from working_dir".split()
)
_DECLARED = ("networks", "volumes", "configs", "secrets")
_CONDITIONS = frozenset({"service_started", "service_healthy", "service_completed_successfully"})
_RESTART = re.compile(r"(no|always|unless-stopped|on-failure(:\d+)?)\Z")
_PORT = re.compile(r"([\d.]+:|\[[0-9a-fA-F:]+\]:)?(\d+(-\d+)?:)?\d+(-\d+)?(/(tcp|udp|sctp))?\Z")
_SECRET_NAME = re.compile(r"(?i)(pass(word|wd)?|secret|token|(api|private|secret|access|signing)_?key|credential)s?\Z")
_ADDRESS_WITH_PASSWORD = re.compile(r"[a-z][a-z0-9+]{1,20}://[^\s:/@]{0,80}:([^\s@/]{1,200})@")
_VARIABLE = re.compile(r"\$\$?\{[^}]*\}|\$\$?[A-Za-z_]\w*")
_DURATION = re.compile(r"(\d+(\.\d+)?(us|ms|s|m|h))+\Z")

Finding = tuple[list[Any], str, str, bool]  # path, message, remedy, is it a warning


def check_compose(artifact: Artifact) -> list[CheckResult]:
    """Is its structure right, is everything that it uses declared, and does it give nothing away?"""
    try:
        document = read_yaml(artifact.content)
    except (yaml.YAMLError, ValueError, RecursionError):
        return []  # the yaml check says so, with the line
    if not isinstance(document.value, dict):
        return [failed("compose", artifact.path, "Holds no services", "Write a mapping of services.", line=1)]
    found = sorted(_findings(document.value), key=lambda each: each[3])
    if not found:
        return [passed("compose", artifact.path, "Follows the Compose specification and declares what it uses")]
    return [
        (warned if is_warning else failed)("compose", artifact.path, message[:400], remedy, line=document.line_of(path))
        for path, message, remedy, is_warning in found[:MAX_FINDINGS]
    ]


def _findings(root: dict[Any, Any]) -> Iterator[Finding]:
    for name in root:
        if name not in _TOP and not str(name).startswith("x-"):
            yield [name], f"“{name}” is no part of a compose file", "Remove it, or begin its name with x-.", False
    services = root.get("services")
    if not isinstance(services, dict) or not services:
        yield ["services"], "There is no service", "Write each component as a service.", False
        return
    used: dict[str, set[str]] = {kind: set() for kind in _DECLARED}
    for name, service in services.items():
        if isinstance(service, dict):
            yield from _service(str(name), service, services, root, used)
        else:
            yield ["services", name], f"The service {name} is no mapping", "Give it an image or a build.", False
    for kind in _DECLARED:
        declared = root.get(kind)
        if declared is not None and not isinstance(declared, dict):
            yield [kind], f"{kind} is no mapping", "Write one name with a colon on each line.", False
            continue
        for each in sorted({str(key) for key in declared or {}} - used[kind] - {"default"}):
            yield [kind, each], f"No service uses the {kind[:-1]} {each}", "Use it, or remove it.", True
    yield from _given_away(root.get("secrets"))


def _service(
    name: str, service: dict[Any, Any], services: dict[Any, Any], root: dict[Any, Any], used: dict[str, set[str]]
) -> Iterator[Finding]:
    path: list[Any] = ["services", name]
    for key in service:
        if key not in _SERVICE and not str(key).startswith("x-"):
            yield [*path, key], f"“{key}” is no part of a service", "Correct the name of the setting.", False
    if not (service.get("image") or service.get("build") or service.get("extends") or service.get("provider")):
        yield path, f"The service {name} has neither image nor build", "Say what it runs.", False
    image = service.get("image")
    if isinstance(image, str) and "$" not in image and "@" not in image and not service.get("build"):
        repository, _, tag = image.rpartition("/")[2].partition(":")
        if tag in ("", "latest") and repository != str(root.get("name")):  # its own it builds elsewhere
            told = f"The image {image} is another one every day"
            yield [*path, "image"], told, "Name a version: image: name:1.2.", True
    yield from _dangers(path, service)
    yield from _ports(path, service.get("ports"))
    yield from _uses(path, service, root, used)
    yield from _depends(path, service.get("depends_on"), services)
    yield from _health(path, name, service)
    restart = service.get("restart")
    if restart is not None and not (isinstance(restart, str) and _RESTART.match(restart)) and "$" not in str(restart):
        told = f"restart cannot be {restart!r}"
        yield [*path, "restart"], told, 'Use "no", always, on-failure or unless-stopped, in quotes.', False
    yield from _environment(path, service.get("environment"))


def _dangers(path: list[Any], service: dict[Any, Any]) -> Iterator[Finding]:
    if service.get("privileged"):
        yield [*path, "privileged"], "privileged gives the container the whole machine", "Leave it out.", False
    for setting in ("network_mode", "pid", "ipc", "userns_mode"):
        if service.get(setting) == "host":
            yield [*path, setting], f"{setting}: host takes down the wall to the machine", "Leave it out.", False
    for position, capability in enumerate(_listed(service.get("cap_add"))):
        if str(capability).upper().removeprefix("CAP_") in ("ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE"):
            told = f"{capability} gives the container the whole machine"
            yield [*path, "cap_add", position], told, "Leave it out.", False
    for position, volume in enumerate(_listed(service.get("volumes"))):
        source = volume.get("source") if isinstance(volume, dict) else str(volume).split(":")[0]
        place = str(source or "").rstrip("/") or ("/" if str(source or "").startswith("/") else "")
        if "docker.sock" in place or "containerd.sock" in place or service.get("use_api_socket"):
            told = "The socket of the engine gives the container the whole machine"
            yield [*path, "volumes", position], told, "Leave it out.", False
        elif place in ("/", "/etc", "/root", "/proc", "/sys", "/var/run", "/run", "/boot", "/dev"):
            yield [*path, "volumes", position], f"{place} of the machine is mounted", "Use a named volume.", False


def _ports(path: list[Any], ports: Any) -> Iterator[Finding]:
    if ports is not None and not isinstance(ports, list):
        yield [*path, "ports"], "ports is no list", 'Write - "8000:8000".', False
    for position, port in enumerate(_listed(ports)):
        if isinstance(port, dict):
            if "target" not in port:
                yield [*path, "ports", position], "A port has no target", "Add target.", False
            continue
        text = _VARIABLE.sub("1", str(port))
        if isinstance(port, bool | float) or not _PORT.match(text):
            told = f"{str(port)[:60]} is no port"
            yield [*path, "ports", position], told, 'Write "8000:8000" in quotes, host first.', False
        elif any(
            not 0 < int(number[:9]) < 65_536 for number in re.findall(r"\d+", text.split("/")[0].split("]")[-1])[-2:]
        ):
            yield [*path, "ports", position], f"{text[:60]} is no port", "Use numbers from 1 to 65535.", False


def _uses(
    path: list[Any], service: dict[Any, Any], root: dict[Any, Any], used: dict[str, set[str]]
) -> Iterator[Finding]:
    for kind in _DECLARED:
        declared = root.get(kind)
        known = {str(key) for key in declared} if isinstance(declared, dict) else set()
        for step, name in _names_used(kind, service.get(kind)):
            used[kind].add(name)
            if name not in known and not (kind == "networks" and name == "default") and "$" not in name:
                told = f"The {kind[:-1]} {name[:60]} is used and not declared"
                yield [*path, kind, step], told, f"Add {name[:60]} under {kind} at the end of the file.", False


def _names_used(kind: str, value: Any) -> Iterator[tuple[Any, str]]:
    if isinstance(value, dict):
        yield from ((key, str(key)) for key in value)
        return
    for position, each in enumerate(_listed(value)):
        if isinstance(each, dict):
            source = each.get("source")
            if source and (kind != "volumes" or each.get("type", "volume") == "volume"):
                yield position, str(source)
        elif kind != "volumes":
            yield position, str(each)
        elif ":" in str(each) and re.match(r"[A-Za-z0-9]", str(each)):  # a path begins with . / ~ or $
            yield position, str(each).split(":")[0]


def _depends(path: list[Any], value: Any, services: dict[Any, Any]) -> Iterator[Finding]:
    pairs = list(value.items()) if isinstance(value, dict) else [(each, {}) for each in _listed(value)]
    for position, (name, how) in enumerate(pairs):
        where = [*path, "depends_on", name if isinstance(value, dict) else position]
        condition = how.get("condition") if isinstance(how, dict) else None
        other = services.get(name) if isinstance(name, str) else None
        if other is None:
            yield where, f"It depends on {str(name)[:60]}, which is no service", "Correct the name.", False
        elif condition is not None and str(condition) not in _CONDITIONS:
            told = f"{str(condition)[:60]} is no condition"
            yield where, told, f"Use one of {', '.join(sorted(_CONDITIONS))}.", False
        elif condition == "service_healthy" and isinstance(other, dict) and not other.get("healthcheck"):
            told = f"It waits for {name} to be healthy, and that has no healthcheck"
            yield where, told, f"Add a healthcheck to {name}.", False
        elif path[-1] == name:
            yield where, "It depends on itself", "Remove the line.", False


def _health(path: list[Any], name: str, service: dict[Any, Any]) -> Iterator[Finding]:
    check = service.get("healthcheck")
    once = (
        str(service.get("restart", "")).lower() in ("no", "false") or service.get("profiles") or service.get("extends")
    )
    if check is None:
        if not once:
            told = f"Nobody sees when {name} has stopped working"
            yield path, told, 'Add a healthcheck; to a service that ends by itself restart: "no".', True
        return
    if not isinstance(check, dict):
        yield [*path, "healthcheck"], "healthcheck is no mapping", "Give it test and interval.", False
        return
    test = check.get("test")
    if check.get("disable") is not True and not test:
        yield [*path, "healthcheck"], "The healthcheck tests nothing", 'Add test: ["CMD", …].', False
    elif isinstance(test, list) and test and test[0] not in ("CMD", "CMD-SHELL", "NONE"):
        yield [*path, "healthcheck", "test"], "A test begins with CMD or CMD-SHELL", 'Write ["CMD", …].', False
    for key in ("interval", "timeout", "start_period", "start_interval"):
        value = check.get(key)
        if value is not None and not _DURATION.match(_VARIABLE.sub("1s", str(value))[:40]):
            yield [*path, "healthcheck", key], f"{str(value)[:40]} is no duration", "Write 10s or 1m30s.", False


def _environment(path: list[Any], value: Any) -> Iterator[Finding]:
    if isinstance(value, dict):
        pairs = [(key, str(key), "" if text is None else str(text)) for key, text in value.items()]
    else:
        halves = [(position, str(each).partition("=")) for position, each in enumerate(_listed(value))]
        pairs = [(position, name, text) for position, (name, _, text) in halves]
    for step, name, text in pairs:
        plain = _VARIABLE.sub("", text).strip()
        if _SECRET_NAME.search(name[:200]) and plain and plain.lower() not in ("true", "false"):
            yield (
                [*path, "environment", step],
                f"The value of {name[:60]} is written into the file",
                f"Write {name[:60]}: ${{{name[:60]}:?}}, or use a secret and {name[:60]}_FILE.",
                False,
            )
        elif (found := _ADDRESS_WITH_PASSWORD.search(text[:2000])) and _VARIABLE.sub("", found[1]):
            told = f"The address in {name[:60]} holds a password"
            yield [*path, "environment", step], told, "Take the password from a variable: ${NAME:?}.", False


def _given_away(secrets: Any) -> Iterator[Finding]:
    if not isinstance(secrets, dict):
        return
    for name, how in secrets.items():
        if isinstance(how, dict) and "content" in how and _VARIABLE.sub("", str(how["content"])).strip():
            told = f"The secret {str(name)[:60]} is written into the file"
            yield ["secrets", name], told, "Use file: or environment: instead of content:.", False
        elif not isinstance(how, dict) or not how:
            told = f"The secret {str(name)[:60]} comes from nowhere"
            yield ["secrets", name], told, "Add file:, environment: or external: true.", False


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
