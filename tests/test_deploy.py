"""The files of deploy/: that they hold together, give no secret away, and name what there is."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from assistant.chat import longest_answer
from assistant.settings import Settings
from evals.bench_start import ROOT

DEPLOY = ROOT / "deploy"
TEXT = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EXAMPLE = (DEPLOY / ".env.example").read_text(encoding="utf-8")
CONTAINER = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text(encoding="utf-8"))
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
APPLICATIONS = [name for name in SERVICES if name.startswith("app-")]
PROVIDERS = {"OPENAI_BASE_URL", "OPENAI_API_KEY"}  # read by the client of the chat model
SECRET = re.compile(r"PASSWORD|KEY$|TOKEN|SECRET")


class Asked(Mapping[str, str]):
    """An environment that remembers which names were looked up."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def settings_names() -> set[str]:
    asked = Asked()
    Settings.from_environment(asked)
    return asked.names


def lines(instruction: str) -> list[str]:
    return re.findall(rf"^{instruction} +(.+)$", CONTAINER, re.MULTILINE)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_an_application_is_told_only_what_it_reads(name: str) -> None:
    assert set(SERVICES[name]["environment"]) <= settings_names() | PROVIDERS
    assert {"DATABASE_URL", "REDIS_URL", "CHROMA_URL", "FORWARDED_ALLOW_IPS"} <= set(SERVICES[name]["environment"])


def test_the_image_sets_only_what_is_read() -> None:
    names = set(re.findall(r"(\w+)=", lines("ENV")[0]))
    assert names - {"PATH", "HOME", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"} <= settings_names()


def test_no_secret_has_a_default() -> None:
    for name, more in re.findall(r"\$\{(\w+)([^}]*)\}", TEXT):
        if SECRET.search(name):
            assert more.startswith(":?"), name
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert not SECRET.search(name) or value is None or value.startswith("${"), name
    for name, value in re.findall(r"^#?(\w+)=(.*)$", EXAMPLE, re.MULTILINE):
        assert not SECRET.search(name) or name == "ASSISTANT_LIMIT_KEY" or not value, name


def test_the_example_names_what_the_services_take() -> None:
    named = set(re.findall(r"^#?(\w+)=", EXAMPLE, re.MULTILINE))
    taken = set(re.findall(r"(?<!\$)\$\{(\w+)", TEXT))
    taken |= {name for one in APPLICATIONS for name, value in SERVICES[one]["environment"].items() if value is None}
    assert named == taken
    required = set(re.findall(r"\$\{(\w+):\?", TEXT))
    assert required == set(re.findall(r"^(\w+)=$", EXAMPLE, re.MULTILINE))


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_bounded_watched_and_started_again(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["mem_limit"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "healthcheck" in service or (
        service["image"] == "policy-assistant" and "/healthz" in lines("HEALTHCHECK")[0]
    )
    assert set(service.get("depends_on", ())) <= set(SERVICES)
    assert "ports" not in service or name == "nginx"


@pytest.mark.parametrize("image", [one["image"] for one in SERVICES.values()] + lines("FROM"))
def test_images_are_named_by_name_alone(image: str) -> None:
    path, _, version = image.split(" ")[0].partition(":")
    assert "." not in path.split("/")[0]
    assert path == "policy-assistant" or re.match(r"v?\d", version), image


def test_applications_are_those_nginx_knows() -> None:
    port = re.search(r"PORT=(\d+)", CONTAINER)
    assert port
    for upstream in re.findall(r"upstream \w+ \{(.*?)\}", NGINX, re.DOTALL):
        assert re.findall(r"server (\S+) ", upstream) == [f"{name}:{port[1]}" for name in APPLICATIONS]
    assert f"listen {SERVICES['nginx']['ports'][0].rpartition(':')[2]};" in NGINX


def test_only_nginx_may_tell_whose_request_it_forwards() -> None:
    address = SERVICES["nginx"]["networks"]["front"]["ipv4_address"]
    assert {SERVICES[name]["environment"]["FORWARDED_ALLOW_IPS"] for name in APPLICATIONS} == {address}


def test_the_database_is_reached_by_applications_alone() -> None:
    assert COMPOSE["networks"]["back"]["internal"] is True
    for name in ("postgres", "redis", "chroma"):
        assert SERVICES[name]["networks"] == ["back"]


def test_an_answer_under_way_may_end() -> None:
    settings = Settings()
    nginx_waits = re.search(r"proxy_read_timeout (\d+)s", NGINX)
    assert nginx_waits
    assert int(nginx_waits[1]) > settings.model_seconds
    for name in APPLICATIONS:
        assert (
            int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > longest_answer(settings).total_seconds() + 10
        )


def test_the_image_runs_unprivileged_and_writes_to_its_volume_alone() -> None:
    user = lines("USER")[-1]
    assert user.split(":")[0].isdecimal()
    assert int(user.split(":")[0]) > 0
    assert lines("VOLUME") == ["/data"]
    assert "ASSISTANT_DATA=/data" in CONTAINER
    for name in (*APPLICATIONS, "chroma", "nginx"):
        assert SERVICES[name]["read_only"] is True
        assert SERVICES[name]["cap_drop"] == ["ALL"]


def test_the_image_holds_what_is_locked_and_no_tools() -> None:
    last = CONTAINER.rpartition("FROM ")[2]
    assert "--constraint requirements.lock" in CONTAINER
    assert "pip install" not in last
    assert "apt-get" not in CONTAINER
    assert "pip uninstall" in last
    copied = [path for line in re.findall(r"^COPY (?!--)(.+)$", CONTAINER, re.MULTILINE) for path in line.split()[:-1]]
    assert all((ROOT / path).exists() for path in copied)
    allowed = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8")
    assert set(copied) == {line[1:] for line in allowed.splitlines() if line.startswith("!")}


def test_every_package_the_program_needs_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = {
        plain(line.partition("==")[0]) for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    }
    needed = {plain(re.split(r"[\[<>=~!; ]", one)[0]) for one in project["dependencies"]}
    assert needed <= locked


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
