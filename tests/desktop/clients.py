"""A client is connected and let go as a person does it, and its settings are what they were."""

import json
import re
from urllib.parse import urlsplit

from desktop import DesktopCase, endpoint
from display import key
from screen import click, find, focused_by, has, keep_picture, name_of, open_page, text_of, wait_for, wait_until_gone, wait_until_on, window
from streams import open_streams, outcomes
from waiting import until

CLIENTS = 4  # The page.
MINE = '{\n  // mine, with a comment\n  "permissions": {"allow": ["Bash(ls)"]},\n  "env": {\n    "EDITOR": "vi",\n  },\n}\n'


class Clients(DesktopCase):
    def setUp(self):
        super().setUp()
        for name in list(self.environment):
            if re.match("ANTHROPIC_|OPENAI_|GEMINI_|GOOGLE_|CLAUDE_|CODEX_|XDG_CONFIG_HOME", name):
                del self.environment[name]
        self.settings = self.home / ".claude" / "settings.json"
        self.settings.parent.mkdir()
        self.settings.write_text(MINE)
        self.write_settings(language="en")
        self.write_config({"work": [endpoint(self.start_upstream(), "relay-a")]})
        self.tray, _ = self.start_tray()
        self.shown = window(self.tray)
        self.wait_for_proxy()
        wait_until_on(self.shown)
        open_page(self.shown, CLIENTS)

    def test_connects_by_the_mouse_sees_the_first_request_and_disconnects(self):
        wait_for(self.shown, "label", "Not connected")
        click(wait_for(self.shown, "push button", "Connect Claude Code"))
        change = wait_for(self.shown, "text", "What changes in its settings")
        until(lambda: f"http://127.0.0.1:{self.port}" in text_of(change), "the change is shown")
        self.assertEqual(self.settings.read_text(), MINE)
        self.keep("change")
        click(wait_for(self.shown, "check box", "Hint headers"))
        until(lambda: "CLAUDE_CODE_GATEWAY_HINT_HEADERS" in text_of(change), "the change follows the option")
        click(self.enabled("Connect Claude Code"))
        wait_for(self.shown, "label", "Connected, waits for its first request")
        self.keep("waits")
        text = self.settings.read_text()
        self.assertIn("// mine, with a comment", text)
        self.assertIn("HINT_HEADERS", text)
        address = urlsplit(re.search('"ANTHROPIC_BASE_URL": *"([^"]*)"', text).group(1))
        self.assertEqual((address.hostname, address.port), ("127.0.0.1", self.port))
        # Another program's request is none of it.
        outcomes(open_streams(self.port, 1, user_agent="curl/8"))
        outcomes(open_streams(address.port, 1, user_agent="claude-cli/2.1.273 (external, cli)"))
        wait_for(self.shown, "label", re.compile("^The first request came at "))
        self.keep("came")

        click(wait_for(self.shown, "push button", "Disconnect Claude Code"))
        click(self.enabled("Disconnect Claude Code"))
        wait_for(self.shown, "label", "Not connected")
        self.assertEqual(self.settings.read_text(), MINE)
        self.assertEqual(json.loads((self.qcc_home / "clients.json").read_text()).get("clients"), {})

    def test_connects_by_keys_and_undoes_it(self):
        button = wait_for(self.shown, "push button", "Connect Claude Code")
        until(lambda: name_of(focused_by("Tab")) == button.get_name(), "Tab leads to the button")
        key("space")
        change = wait_for(self.shown, "text", "What changes in its settings")
        until(lambda: "ANTHROPIC_BASE_URL" in text_of(change), "the change is shown")
        # Escape leaves it, and closes nothing else.
        key("Escape")
        wait_until_gone(self.shown, "text", "What changes in its settings")
        key("space")
        self.enabled("Connect Claude Code")
        until(lambda: name_of(focused_by("Tab")) == "Connect Claude Code", "Tab leads to what does it")
        key("space")
        until(lambda: self.settings.read_text() != MINE, "it is connected")
        wait_for(self.shown, "label", re.compile("asks qcc from its next start on"))
        key("ctrl+z")
        until(lambda: self.settings.read_text() == MINE, "it is disconnected")

    def test_says_what_cannot_be_read(self):
        self.settings.write_text('{\n  "env": [\n')
        wait_for(self.shown, "label", "Settings cannot be read")
        wait_for(self.shown, "push button", "Open file Claude Code")
        self.assertIsNone(find(self.shown, "push button", "Connect Claude Code"))
        # What is mended elsewhere is seen.
        self.settings.write_text(MINE)
        wait_for(self.shown, "push button", "Connect Claude Code")

    def enabled(self, name):
        return until(lambda: next((b for b in [find(self.shown, "push button", name)] if b and has(b, "enabled")), None), f'"{name}" can be pressed')

    def keep(self, name):
        keep_picture(f"clients/{name}", self.shown)
