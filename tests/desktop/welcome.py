"""The page before the first endpoint."""

import json

from desktop import KEY, DesktopCase
from display import key, type_text
from screen import click, find, find_all, text_of, wait_for, wait_until_gone, window
from waiting import until

URL = "https://relay.example/api"


class TheFirstPage(DesktopCase):
    def test_what_another_program_has_is_taken_over(self):
        settings = self.home / ".claude/settings.json"
        settings.parent.mkdir()
        text = json.dumps({"env": {"ANTHROPIC_BASE_URL": URL, "ANTHROPIC_AUTH_TOKEN": KEY}})
        settings.write_text(text)
        tray, _ = self.start_tray("--port", self.port)
        shown = window(tray)
        # Nobody asked for a dialog.
        step = wait_for(shown, "push button", "Import relay.example")
        self.assertIsNone(find(shown, "dialog"))
        click(step)
        until(lambda: self.base_urls() == [URL], "the endpoint is in config.json")
        wait_until_gone(shown, "push button", "Import relay.example")
        self.assertEqual(settings.read_text(), text)

    def test_what_is_typed_leads_to_the_form_of_an_endpoint(self):
        tray, _ = self.start_tray("--port", self.port)
        shown = window(tray)
        field = wait_for(shown, "text", "What you have of an endpoint")
        click(field)
        type_text(URL)
        until(lambda: text_of(field) == URL, "it holds what was typed")
        key("Return")
        wait_until_gone(shown, "text", "What you have of an endpoint")
        until(lambda: any(text_of(each) == URL for each in find_all(shown, "text")), "the form holds it")

    def base_urls(self):
        file = self.qcc_home / "config.json"
        if not file.exists():
            return []
        return [each["base_url"] for cluster in self.read_config().get("clusters", []) for each in cluster["endpoints"]]
