"""A clean environment for all tests, and PostgreSQL for those that ask for `database`."""

from __future__ import annotations

import gc
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.database import DirectoryBasedExampleDatabase
from xdist.scheduler import LoadScopeScheduling

from clean_state import clear_caches
from grids import leave_combinations_to_full
from leftovers import Resources, leftovers, processes_with
from media_workflows.settings import get_settings
from resource_report import PLUGIN, SERVERS, ResourceReport

TEMPLATE = "media_template"
HOME_OF_ALL = "MEDIA_TESTS_HOME"  # set by the process that controls xdist's workers
RUN = "MEDIA_TESTS_RUN"  # an environment variable by which a run's processes are found, whoever their parent is
ROOT = Path(__file__).parents[1]
PRODUCT_DIRECTORIES = {  # -> airflow_product.SHAPES
    "tests/integration/airflow/": "compose",
    "tests/integration/demo/": "demo",
    "tests/ui/": "demo",
}
# Directories whose tests share what takes each process seconds: Airflow's migrated database, servers, engines.
_SHARING = re.compile(r"tests/integration/(?!media/)[^/]+/")
ENCODING_NICENESS = 4  # the running products go first; beside other busy programs a test still gets a quarter of a core
PRODUCT_LIFE = pytest.StashKey[ExitStack]()
PRODUCT_TIMEOUT_S = 900  # a start of Airflow and all scenarios' runs may lie in one test's fixtures


# The width of the terminal must not change what commands print; readline exports it to child processes.
for _name in ("COLUMNS", "LINES"):
    os.environ.pop(_name, None)


def _isolate() -> Path:
    """Airflow reads its home when it is first imported, so this comes before any test module.

    Neither the developer's settings nor their airflow.cfg may change a test's outcome. All temporary files of this
    process and of its children lie in one directory, which ends with it. Its name is short: socket paths have 107
    characters at most.
    """
    for name in [name for name in os.environ if name.startswith(("MEDIA_WORKFLOWS_", "AIRFLOW_"))]:
        del os.environ[name]
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        home = Path(f"{os.environ[HOME_OF_ALL]}-{worker}")
        home.mkdir()
    else:
        home = Path(tempfile.mkdtemp(prefix="mwt-"))
        os.environ[HOME_OF_ALL] = str(home)
    home.chmod(0o711)  # as root, the database server runs as `nobody` and has to pass through
    tempfile.tempdir = os.environ["TMPDIR"] = str(home)
    os.environ[RUN] = home.name
    os.environ["AIRFLOW_HOME"] = str(home / "airflow")
    os.environ["MEDIA_WORKFLOWS_DATA_DIR"] = str(home / "data")
    for name in ("airflow", "data"):
        (home / name).mkdir()
    return home


HOME = _isolate()
gc.disable()  # until all tests are collected: what is made by then stays
REPORT = ResourceReport()

for profile, examples in (("ci", 40), ("full", 400)):
    hypothesis_settings.register_profile(
        profile,
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
        database=DirectoryBasedExampleDatabase(ROOT / ".hypothesis" / "examples"),
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(REPORT, PLUGIN)
    if not config.getoption("--hypothesis-profile"):
        hypothesis_settings.load_profile("ci")


def pytest_unconfigure() -> None:
    """The controlling process removes the directories of its workers, too: they are ended before they could."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        for home in HOME.parent.glob(f"{HOME.name}*"):
            shutil.rmtree(home, ignore_errors=True)


class ProductScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Tests of one running product are one unit of work, and those of a directory that share servers or engines.

    Every other test is a unit of its own. The units begin in the order of `_place`. By directory, for pytest 9.2 passes
    over the group that xdist 3.8 appends to a test's id.
    """

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        shares = _SHARING.match(nodeid)
        return _shape_of(nodeid) or (shares[0] if shares else nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ProductScheduling | None:
    return ProductScheduling(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """The worker that encodes leaves the processor to the running product, which takes longest."""
    if "PYTEST_XDIST_WORKER" in os.environ and not _shape_of(item.nodeid):
        os.setpriority(os.PRIO_PROCESS, 0, ENCODING_NICENESS)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Which product the tests of a directory run on."""
    if "product" in metafunc.fixturenames and (shape := _shape_of(metafunc.definition.nodeid)):
        metafunc.parametrize("product", [shape], indirect=True, scope="session")


def _shape_of(nodeid: str) -> str | None:
    return next((shape for directory, shape in PRODUCT_DIRECTORIES.items() if nodeid.startswith(directory)), None)


def pytest_itemcollected(item: pytest.Item) -> None:
    if _uses_product(item):
        assert _shape_of(item.nodeid), f"{item.nodeid} uses the running product: move it there"
        item.add_marker(pytest.mark.timeout(PRODUCT_TIMEOUT_S))


@pytest.hookimpl(tryfirst=True)  # before `-m` deselects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    leave_combinations_to_full(items)
    items.sort(key=_place)


def pytest_collection_finish() -> None:
    """The collected tests live as long as the process: no garbage collection searches them again."""
    gc.collect()
    gc.freeze()
    gc.enable()


def _uses_product(item: pytest.Item) -> bool:
    return "product" in getattr(item, "fixturenames", ())


def _place(item: pytest.Item) -> tuple[bool, str, bool, bool, bool]:
    """Quick tests first, those of the running products last, and of these the ones that kill parts of it.

    Beside others the products begin first: their workers wait for Airflow most of the time, while a third one encodes.
    Directories that run in one worker come next: at the end only single tests are left, and all workers end together.
    """
    beside_others = "PYTEST_XDIST_WORKER" in os.environ
    return (
        _uses_product(item) != beside_others,
        _shape_of(item.nodeid) or "",
        item.get_closest_marker("kills") is not None,
        beside_others and not _SHARING.match(item.nodeid),
        "/unit/" not in item.nodeid,
    )


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every thread, process, temporary file and setting that a test makes ends with it, also when it fails.

    Being the first of a test's own fixtures to begin, it is the last to end.
    """
    before = Resources.now()
    yield
    get_settings.cache_clear()  # those of the test's environment
    left = leftovers(before, supervised=_uses_product(request.node))
    assert not left, f"the test left behind: {left}"


@pytest.fixture(scope="session", autouse=True)
def _no_process_left_behind() -> Iterator[None]:
    """As above for what session fixtures start, and for processes that have lost their parent."""
    yield
    left = processes_with(RUN, HOME.name)
    assert not left, f"the test run left behind: {left}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """This session's own PostgreSQL server; its files need not survive a power cut."""
    from fresh_database import connected
    from media_workflows.store import embedded
    from media_workflows.store.embedded import EmbeddedServer

    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        root = Path(name)
        root.chmod(0o711)  # as root, the server runs as `nobody` and has to pass through
        server = EmbeddedServer(root)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(embedded, "START_TIMEOUT_S", 120.0)
            server.ensure_running()
        try:
            with connected(server) as cursor:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    cursor.execute(f"ALTER SYSTEM SET {setting} = off")
                cursor.execute("SELECT pg_reload_conf()")
            yield server
        finally:
            with REPORT.counting(SERVERS):
                server.stop()


@pytest.fixture(scope="session")
def fresh_database(postgres: Any) -> Iterator[Any]:
    """Empty, migrated databases, one after the other; see fresh_database.FreshDatabase."""
    from fresh_database import FreshDatabase
    from media_workflows.store.migrate import upgrade

    upgrade(postgres.ensure_database(TEMPLATE))
    with closing(FreshDatabase(postgres, TEMPLATE)) as made:
        yield made


@pytest.fixture
def database(fresh_database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a fresh, migrated, empty database, which is also what `transaction()` opens."""
    url = str(fresh_database.url())
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATABASE_URL", url)
    clear_caches()
    yield url
    clear_caches()


@pytest.fixture(scope="session")
def product(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The running product, see airflow_product.Product; one for all tests of a directory."""
    from airflow_product import running_product

    with ExitStack() as life:
        request.config.stash[PRODUCT_LIFE] = life
        yield life.enter_context(running_product(REPORT, request.param))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """The product stops after the last test that uses it: idle, it would take processor time from the others."""
    if _uses_product(item) and not (nextitem and _uses_product(nextitem)) and PRODUCT_LIFE in item.config.stash:
        item.config.stash[PRODUCT_LIFE].close()


@pytest.fixture(scope="session")
def scenarios(request: pytest.FixtureRequest, product: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Every scenario of the tests on this product, begun together; see product_scenarios."""
    from product_scenarios import begun, declared_by

    items = [item for item in request.session.items if _shape_of(item.nodeid) == product.shape]
    with begun(product, declared_by(items), tmp_path_factory.mktemp("scenarios")) as scenarios:
        yield scenarios


@pytest.fixture
def scenario(request: pytest.FixtureRequest, scenarios: Any) -> Any:
    """The scenario that the test's marker declares."""
    from product_scenarios import in_language

    marker = request.node.get_closest_marker("scenario")
    return scenarios[in_language(request.node, marker.args[0])]
