"""Names for screen readers, and the way of the Tab key."""

import re

from desktop import KEY, DesktopCase, endpoint
from display import key
from screen import (
    children,
    choose_in_menu,
    click,
    find_all,
    focused_by,
    has,
    is_showing,
    keep_picture,
    name_of,
    open_page,
    texts,
    wait_for,
    wait_until_on,
    window,
    windows,
)
from streams import open_streams, outcomes
from waiting import until

PAGES = {1: "Overview", 2: "Requests", 3: "Clusters", 4: "Clients", 5: "Log", 6: "Settings"}
CONTROLS = {
    "check box",
    "combo box",
    "list",
    "menu item",
    "page tab",
    "password text",
    "push button",
    "radio button",
    "slider",
    "spin button",
    "table",
    "text",
    "toggle button",
    "tree",
    "tree table",
}
# What is inside one of these belongs to it, and has its name.
WHOLE = {"combo box", "spin button"}
# A Tab leads to each of these; of the others one stop serves a group, or the arrow keys do.
TAB_STOPS = {"check box", "combo box", "password text", "push button", "spin button", "text", "toggle button"}
MOST_TABS = 80


class Accessibility(DesktopCase):
    def setUp(self):
        super().setUp()
        one, two = self.start_upstream(), self.start_upstream()
        self.write_config({"work": [endpoint(one, "relay-a", priority=1), endpoint(two, "relay-b", priority=2)], "spare": []})
        self.tray, _ = self.start_tray()
        self.shown = window(self.tray)
        wait_until_on(self.shown)
        outcomes(open_streams(self.port, 2))
        outcomes(open_streams(self.port, 1, x_script="status:529|ok"))

    def test_every_control_has_a_name(self):
        nameless = []
        for number, page in PAGES.items():
            self.open(number)
            nameless += [f"{page}: {path}" for path, thing in controls(self.shown) if not name_of(thing)]
        self.assertEqual(nameless, [], "\n" + "\n".join(nameless))

    def test_tab_reaches_every_control(self):
        missed = []
        for number, page in PAGES.items():
            self.open(number)
            reached = self.names_on_the_way_of_tab()
            self.assertNotIn("", reached, f"{page}: Tab stops at something without a name")
            missed += [
                f"{page}: {path}"
                for path, thing in controls(self.shown)
                if thing.get_role_name() in TAB_STOPS and has(thing, "enabled") and not is_reached(thing, reached)
            ]
        self.assertEqual(missed, [], "\n" + "\n".join(missed))

    def test_the_diagnostics(self):
        choose_in_menu(find_all(self.shown, "push button", "More")[0], "Diagnostics…")
        dialog = window(self.tray, "Diagnostics")
        until(lambda: has(wait_for(dialog, "push button", "Save…"), "enabled"), "all is looked at")
        said = "\n".join(texts(dialog))
        self.assertIn("qcc answers at", said)
        self.assertIn("takes the key", said)
        self.assertNotIn(KEY, said)
        self.assertEqual([path for path, thing in controls(dialog) if not name_of(thing)], [])
        reached = self.names_on_the_way_of_tab()
        for name in ("Save…", "Copy", "Check again", "Close"):
            self.assertIn(name, reached)
        keep_picture("diagnostics", dialog)
        key("Escape")
        until(lambda: "Diagnostics" not in [each.get_name() for each in windows(self.tray)], "the dialog closes")

    def open(self, number):
        open_page(self.shown, number)
        if PAGES[number] == "Clusters":
            click(wait_for(self.shown, "table cell", re.compile("^relay-a,")))

    def names_on_the_way_of_tab(self):
        """The names of what has the focus, Tab by Tab, until it comes round."""
        seen = set()
        first = None
        for _ in range(MOST_TABS):
            thing = focused_by("Tab")
            if thing is None:
                continue
            place = (thing.get_role_name(), lasting_name_of(thing))
            if first is None:
                first = place
            elif place == first:
                break
            seen.add(place[1])
        return seen


def lasting_name_of(thing):
    """Its name without the count at its end, which changes while Tab goes round."""
    return re.sub(r" [\d,]+$", "", name_of(thing))


def is_reached(thing, reached):
    """Whether Tab leads to it, or to the chosen one of its group, from which the arrow keys go on."""
    if lasting_name_of(thing) in reached:
        return True
    beside = children(thing.get_parent())
    return thing.get_role_name() == "check box" and any(has(one, "checked") and lasting_name_of(one) in reached for one in beside)


def controls(thing, path=""):
    """The controls below `thing` that are shown, each with its path for people."""
    for place, child in enumerate(children(thing)):
        if not is_showing(child):
            continue
        role = child.get_role_name()
        step = f"{path}/{role}[{place}]" + (f" {child.get_name()!r}" if child.get_name() else "")
        if role in CONTROLS:
            yield step, child
        if role not in WHOLE:
            yield from controls(child, step)
