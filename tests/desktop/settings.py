"""Language and theme, changed while the window is open."""

import re
import subprocess

from desktop import DesktopCase, endpoint
from screen import children, choose, click, keep_picture, open_page, proxy_switch, texts, wait_for, wait_until_on, window
from waiting import until

SETTINGS = 6  # The page.
PAGES = ["Overview", "Requests", "Clusters", "Clients", "Log", "Settings"]
CHINESE = re.compile("[\u4e00-\u9fff]")


class TheSettingsPage(DesktopCase):
    def setUp(self):
        super().setUp()
        self.write_config({"work": [endpoint(self.start_upstream())]})
        self.tray, _ = self.start_tray()
        self.open()

    def test_the_language_changes_while_the_window_is_open(self):
        choose(wait_for(self.shown, "combo box", re.compile("^Language")), "简体中文")
        until(lambda: self.pages_in_chinese(window(self.tray)), "the names of the pages are Chinese")
        shown = window(self.tray)
        for number in range(1, len(PAGES) + 1):
            open_page(shown, number)
            until(lambda: any(CHINESE.search(text) for text in texts(shown)), "the page has Chinese texts")
        self.assertEqual(proxy_switch(shown).get_name(), "代理")

        choose(wait_for(shown, "combo box", re.compile("^语言")), "English")
        until(lambda: self.page_names(window(self.tray)) == PAGES, "the names of the pages are English again")

    def test_the_theme_changes_while_the_window_is_open(self):
        light = self.brightness("light")
        self.choose_theme("Dark")
        until(lambda: self.brightness("dark") < 0.4, "the window is dark")
        self.choose_theme("Light")
        until(lambda: self.brightness("light") > 0.6, "the window is light again")
        self.assertGreater(light, 0.6)

    def test_both_are_kept(self):
        self.choose_theme("Dark")
        until(lambda: self.brightness("dark") < 0.4, "the window is dark")
        self.tray.terminate()
        self.assertEqual(self.tray.wait(15), 0)
        self.tray, _ = self.start_tray()
        self.shown = window(self.tray)
        until(lambda: self.brightness("dark") < 0.4, "the window is dark from the start")

    def open(self):
        self.shown = window(self.tray)
        wait_until_on(self.shown)
        open_page(self.shown, SETTINGS)

    def choose_theme(self, name):
        click(wait_for(wait_for(self.shown, "panel", "Theme"), "check box", name))

    @staticmethod
    def page_names(shown):
        return [row.get_name() for row in children(wait_for(shown, "list"))]

    def pages_in_chinese(self, shown):
        return all(CHINESE.search(name) for name in self.page_names(shown))

    def brightness(self, name):
        """The mean of all the window's points, from 0 to 1."""
        file = keep_picture(f"checked/{name}", self.shown)
        said = subprocess.run(
            ["convert", str(file), "-colorspace", "Gray", "-format", "%[fx:mean]", "info:"],
            check=True,
            capture_output=True,
            text=True,
        )
        return float(said.stdout)
