"""What `pip install .` gives: the library, the command and the page's files, outside a checkout."""

import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

from similarity import __version__

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NOT_INSTALLED = shutil.ignore_patterns("__pycache__")


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def pip(*arguments: str | Path, cwd: Path) -> None:
    command = (sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments)
    done = run(*command, cwd=cwd)
    assert done.returncode == 0, done.stderr


def pins(file: Path) -> dict[str, str]:
    lines = file.read_text(encoding="utf-8").split()
    return {name: version for name, _, version in (line.partition("==") for line in lines)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of a copy, since building one leaves files beside the package."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "checkout"
    shutil.copytree(ROOT / "similarity", copy / "similarity", ignore=NOT_INSTALLED)
    for name in ("pyproject.toml", "README.md", "LICENSE", "requirements.txt", "app.py"):
        shutil.copy(ROOT / name, copy)
    alone = ("--no-deps", "--no-index", "--no-build-isolation")
    pip("wheel", *alone, "--wheel-dir", folder, copy, cwd=folder)
    (found,) = folder.glob("*.whl")
    return found


def metadata_file(wheel: Path, name: str) -> str:
    return (
        zipfile.Path(wheel, f"image_similarity-{__version__}.dist-info/")
        .joinpath(name)
        .read_text(encoding="utf-8")
    )


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    package = ROOT / "similarity"
    files = {path for path in package.rglob("*") if path.is_file()}
    expected = {
        path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts
    }
    assert {"similarity/page/page.css", "similarity/page/js/main.js"} < expected
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == expected


def test_wheel_needs_what_a_space_installs(wheel: Path) -> None:
    metadata = Parser().parsestr(metadata_file(wheel, "METADATA"))
    needed = [name for name in metadata.get_all("Requires-Dist", []) if "extra ==" not in name]
    assert needed == (ROOT / "requirements.txt").read_text(encoding="utf-8").split()
    assert metadata["Version"] == __version__
    assert metadata["License-Expression"] == "MIT"


def test_extras_are_pinned_and_timm_is_the_one_that_is_tested() -> None:
    tested = pins(ROOT / "tests" / "requirements.txt")
    assert PROJECT["optional-dependencies"] == {
        "ray": ["ray[data]==2.60.0"],  # nothing imports it yet, so that no test does
        "timm": [f"timm=={tested['timm']}"],
    }


def test_hooks_run_the_ruff_that_ci_runs() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    tested = pins(ROOT / "tests" / "requirements.txt")
    found = [hook["additional_dependencies"] for repo in hooks["repos"] for hook in repo["hooks"]]
    assert found == [[f"ruff=={tested['ruff']}"]] * 2


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that has the wheel, and this one's libraries."""
    folder = tmp_path_factory.mktemp("environment")
    made = run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    assert made.returncode == 0, made.stderr
    scripts = Path(sysconfig.get_path("scripts", "venv", {"base": str(folder)}))
    python = shutil.which("python", path=scripts)
    assert python is not None
    pip("--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    libraries = sysconfig.get_path("purelib", "venv", {"base": str(folder)})
    Path(libraries, "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return scripts


def test_installed_command_works_without_a_checkout(installed: Path, tmp_path: Path) -> None:
    command = shutil.which("image-similarity", path=installed)
    assert command is not None
    done = run(command, "build", "--collection", "scenes", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Error: There is no collection 'scenes', neither as a folder nor in index_artifacts; make "
        "one with build PHOTOS --output DIR.\n"
    )


SERVE = """
from importlib.metadata import version
from pathlib import Path
from starlette.applications import Starlette
from starlette.testclient import TestClient
import similarity
from similarity.page.catalog import Catalog
from similarity.page.queries import Queries
from similarity.page.routes import Routes

routes = Routes(Catalog(Path.cwd()), Queries()).table()
print(similarity.__file__)
print(version("image-similarity") == similarity.__version__)
print(TestClient(Starlette(routes=routes)).get("/readme").text)
"""


def test_installed_page_shows_the_readme(installed: Path, tmp_path: Path) -> None:
    python = shutil.which("python", path=installed)
    assert python is not None
    done = run(python, "-c", SERVE, cwd=tmp_path)
    package, versions_agree, text = done.stdout.split("\n", 2)
    assert Path(package).is_relative_to(installed.parent)
    assert versions_agree == "True"
    assert text.strip() == (ROOT / "README.md").read_text(encoding="utf-8").strip()
