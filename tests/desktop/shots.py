"""Pictures of every screen, in light, dark and Chinese, for people to look at."""

import json
import re
import sqlite3
from contextlib import closing

from desktop import KEY, DesktopCase, endpoint
from display import rest_pointer
from screen import click, close_menu, fill, find_all, keep_picture, open_page, open_tray_menu, text_of, wait_for, window
from streams import all_flow, open_streams, outcomes
from waiting import until

PAGES = {1: "overview", 2: "requests", 3: "clusters", 4: "clients", 5: "log", 6: "settings"}
ANY = re.compile("")
RECOVERED = re.compile("^Recovered|已补救")  # A request with several attempts.
# What is there when a page has its data.
FILLED = {
    1: ("table cell", re.compile(r"^\d+ ms$")),
    2: ("table cell", None),
    3: ("table cell", re.compile("^relay-a")),
    4: ("label", "Claude Code"),
    5: ("label", re.compile(r"\d{2}")),
    6: ("spin button", None),
}
LONG = {"events": 1200, "gap_ms": 100}


class Pictures(DesktopCase):
    """The claim is only that all screens come up; what they look like is for people to judge."""

    def test_light(self):
        self.keep_all("light", language="en", theme="light")

    def test_dark(self):
        self.keep_all("dark", language="en", theme="dark")

    def test_chinese(self):
        self.keep_all("zh", language="zh_CN", theme="light")

    def keep_all(self, folder, **settings):
        self.write_settings(**settings)
        self.keep_first_start(folder)
        self.keep_pages_with_data(folder)

    def keep_first_start(self, folder):
        self.write_providers_of_cc_switch()
        tray, _ = self.start_tray("--port", self.port)
        shown = window(tray)
        for number, page in PAGES.items():
            self.show(shown, number)
            keep_picture(f"{folder}/empty-{number}-{page}", shown)
        self.show(shown, 3)
        click(wait_for(shown, "push button", re.compile("^(Import|导入)")))
        dialog = window(tray, "导入端点" if folder == "zh" else "Import endpoints")
        wait_for(dialog, None, re.compile("^Relay B"))
        keep_picture(f"{folder}/9-import", dialog)
        tray.terminate()
        tray.wait(15)

    def keep_pages_with_data(self, folder):
        relays = [endpoint(self.start_upstream(), f"relay-{letter}", priority=place) for place, letter in enumerate("abc", 1)]
        relays[1].update(self.over_http2(relays[1]["base_url"]))
        relays.append(endpoint(self.start_upstream(), "spare", priority=9, enabled=False))
        self.write_config({"work": relays, "nightly": [endpoint("https://relay.example/api", "far away")], "empty": []})
        tray, _ = self.start_tray()
        shown = window(tray)
        self.wait_for_proxy()
        self.make_requests()
        (self.home / ".claude").mkdir(exist_ok=True)
        for number, page in PAGES.items():
            self.show(shown, number)
            role, name = FILLED[number]
            wait_for(shown, role, name)
            if page == "requests":
                self.select_row(shown, name=RECOVERED)
            keep_picture(f"{folder}/{number}-{page}", shown)

        self.show(shown, 3)
        self.select_row(shown, table=-1)
        # Known by what it holds, since its name is another in each language.
        base_url = next(field for field in find_all(shown, "text") if text_of(field).startswith("http://127"))
        fill(base_url, "ftp://relay")
        keep_picture(f"{folder}/7-editor-with-a-fault", shown)

        menu = open_tray_menu()
        keep_picture(f"{folder}/8-tray-menu", menu)
        close_menu(menu)

    def write_providers_of_cc_switch(self):
        """One provider to take over, one that its own proxy translates requests for, and one that does not say its address."""
        (self.home / ".cc-switch").mkdir(exist_ok=True)
        with closing(sqlite3.connect(self.home / ".cc-switch/cc-switch.db")) as database, database:
            database.execute("CREATE TABLE providers (app_type, id, name, settings_config, meta, is_current, sort_index, created_at)")
            for place, (name, meta) in enumerate([("Relay A", {}), ("Relay B", {"apiFormat": "openai_chat"})]):
                environment = {"ANTHROPIC_BASE_URL": f"https://relay-{place}.example/api", "ANTHROPIC_AUTH_TOKEN": KEY}
                database.execute("INSERT INTO providers VALUES ('claude', ?, ?, ?, ?, 0, ?, 0)",
                                 (str(place), name, json.dumps({"env": environment}), json.dumps(meta), place))
            database.execute("INSERT INTO providers VALUES ('codex', '2', 'Relay C', ?, '{}', 0, 2, 0)",
                             (json.dumps({"auth": {"OPENAI_API_KEY": KEY}, "config": 'model_provider = "relay"'}),))

    def make_requests(self):
        """Some of each kind, and some that still run."""
        # First, since an endpoint that has failed gets few requests at once.
        running = open_streams(self.port, 3, **LONG)
        until(lambda: all_flow(running), "all streams flow")
        outcomes(open_streams(self.port, 6, events=12, gap_ms=20))
        outcomes(open_streams(self.port, 2, x_script="status:529|ok", x_case="recovered"))
        outcomes(open_streams(self.port, 1, x_script="status:400"))
        outcomes(open_streams(self.port, 1, x_script="stream-cut-mid-event-close"))
        outcomes(open_streams(self.port, 1, x_script="status:500"))
        self.assertEqual(self.stats()["in_flight"], 3)

    @staticmethod
    def show(shown, number):
        open_page(shown, number)
        # A pointer that rests on something would show its tool tip in the picture.
        rest_pointer()

    @staticmethod
    def select_row(shown, table=0, name=ANY):
        rows = until(lambda: find_all(shown, ("table", "tree", "tree table", "list"))[1:], "the page has a table")
        cells = lambda: [cell for cell in find_all(rows[table], ("table cell", "list item", "tree item")) if name.search(cell.get_name() or "")]
        cell = until(cells, "it has rows")[0]
        click(cell)
        rest_pointer()
