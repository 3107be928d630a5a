"""What the pages promise is there: links lead somewhere, commands exist, tables are complete."""

import json
import re
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from config import reference

ROOT = Path(settings.BASE_DIR)
DOCS = ROOT / "docs"
PAGES = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
BY_HAND = [page for page in PAGES if not page.read_text().startswith(reference.MADE.strip())]
TOLD = [page for page in BY_HAND if "why" not in page.parts and page.name != "CHANGELOG.md"]
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^(?: {4}|\t).*$|^```.*?^```", re.MULTILINE | re.DOTALL)


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def of_pages(pages):
    return pytest.mark.parametrize("written", pages, ids=named)


def rows(page: str, heading: str = "") -> list[list[str]]:
    """Return the cells of every table row of a page, or of one of its parts."""
    text = (DOCS / page).read_text()
    if heading:
        text = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line.strip() for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if not line.startswith("| ---")]


@cache
def of_run() -> set[str]:
    """Return the commands of `./run`."""
    loader = SourceFileLoader("run", str(ROOT / "run"))
    module = module_from_spec(spec_from_loader("run", loader))
    loader.exec_module(module)
    return {command.__name__ for command in module.COMMANDS}


def requirements(name: str) -> list[str]:
    """Return the packages a requirements file asks for."""
    return re.findall(r"^([A-Za-z][\w.-]*)", (ROOT / name).read_text(), re.MULTILINE)


@of_pages(PAGES)
def test_every_link_leads_to_a_file(written):
    prose = CODE.sub("", written.read_text())
    targets = [link.split("#")[0] for link in LINK.findall(prose) if "://" not in link]

    assert [target for target in targets if target and not (written.parent / target).exists()] == []


class TestCommands:
    @of_pages(TOLD)
    def test_every_command_exists(self, written):
        text = written.read_text()

        assert set(re.findall(r"\./run ([a-z_]+)", text)) <= of_run()
        asked = set(re.findall(r"(?:\./run manage|manage\.py) ([a-z_]+)", text))
        assert asked <= set(get_commands())

    @of_pages(TOLD)
    def test_every_option_of_ours_exists(self, written):
        for block in CODE.findall(written.read_text()):
            joined = block.replace("\\\n", " ")
            for name, rest in re.findall(r"(?:\./run manage|manage\.py) ([a-z_]+)(.*)", joined):
                home = get_commands()[name]
                parser = load_command_class(home, name).create_parser("manage.py", name)
                known = {option for action in parser._actions for option in action.option_strings}
                assert set(re.findall(r"(?<!\S)--[a-z-]+", rest)) <= known, name


class TestCompleteness:
    def test_every_package_has_its_reason(self):
        told = {row[0] for row in rows("why/packages.md")}

        assert set(requirements("requirements.in")) - told == set()

    def test_every_package_of_the_tests_and_pages_is_named(self):
        text = (DOCS / "why/packages.md").read_text()
        packed = json.loads((ROOT / "package.json").read_text())
        wanted = [*requirements("requirements-dev.in"), *requirements("requirements-node.in")]
        wanted += [*packed["dependencies"], *packed["devDependencies"]]

        assert [name for name in wanted if name not in text] == []

    @pytest.mark.parametrize("folder", ["why", "howto"])
    def test_every_page_is_in_its_index(self, folder):
        index = set(LINK.findall((DOCS / folder / "README.md").read_text()))

        assert {page.name for page in (DOCS / folder).glob("*.md")} - {"README.md"} - index == set()

    def test_the_reference_names_every_page(self):
        index = set(LINK.findall((DOCS / "reference/README.md").read_text()))

        assert {page.name for page in (DOCS / "reference").glob("*.md")} - {"README.md"} - index == set()
        assert {name for name in reference.pages() if "/" not in name} <= index

    def test_every_variable_of_the_environment_is_explained(self):
        listed = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
        told = {cell for row in rows("howto/run-it.md", "Settings") for cell in re.findall(r"`([A-Z_]+)`", row[0])}
        read = set(re.findall(r"env(?:\.\w+)?\(\s*\"([A-Z_]+)\"", (ROOT / "config/settings.py").read_text()))

        assert listed == told
        assert told <= read

    def test_every_local_parameter_is_explained(self):
        sources = [file.read_text() for room in ("casework", "workflows") for file in (ROOT / room).rglob("*.py")]
        named = {code for text in sources for code in re.findall(r"^\w+_PARAMETER = \"([\w.]+)\"", text, re.MULTILINE)}
        told = {row[0].strip("`") for row in rows("howto/change-a-parameter.md", "Which codes there are")} - {"code"}

        assert told == named

    def test_a_case_type_has_the_files_the_page_says(self):
        table = rows("howto/add-a-case-type.md", "The files")
        needed = [re.match(r"`([^`]+)`", row[0])[1] for row in table if row[-1] == "yes"]
        homes = [ROOT / "tests/toy_case_type", *(file.parent for file in ROOT.glob("workflows/case_types/*/flow.py"))]

        assert len(needed) >= 9
        assert [str(home / name) for home in homes for name in needed if not (home / name).exists()] == []


def test_every_page_that_code_points_to_exists():
    files = [*ROOT.glob("*.in"), ROOT / "run", ROOT / ".env.example"]
    files += [
        file for room in ("config", "casework", "workflows", "notifications") for file in (ROOT / room).rglob("*.py")
    ]
    pointed = {page for file in files for page in re.findall(r"docs/[\w/-]+\.md", file.read_text())}

    assert {page for page in pointed if not (ROOT / page).exists()} == set()
