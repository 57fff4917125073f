"""Clusters and endpoints edited in the window."""

import json
import re
import stat

from desktop import KEY, DesktopCase, endpoint
from display import key, pointer_place
from screen import (
    application,
    choose_in_menu,
    click,
    click_at,
    drag,
    extents,
    fill,
    find_all,
    focused_role,
    forget_menus,
    has,
    keep_picture,
    menu_items,
    open_page,
    text_of,
    type_text,
    wait_for,
    wait_for_menu,
    wait_until_gone,
    wait_until_on,
    window,
)
from streams import open_streams, outcomes
from waiting import until

CLUSTERS = 3  # The page.


def without_keys(endpoints):
    return [{**each, "api_key": None} for each in endpoints]


class TheClustersPage(DesktopCase):
    def setUp(self):
        super().setUp()
        self.upstream = self.start_upstream()
        self.write_config({"work": [endpoint(self.upstream)]})
        self.tray, _ = self.start_tray()
        self.shown = window(self.tray)
        wait_until_on(self.shown)
        open_page(self.shown, CLUSTERS)

    def test_a_new_cluster_with_an_endpoint_is_used(self):
        self.add_cluster("second")
        click(wait_for(self.shown, "push button", "Add an endpoint…"))
        self.fill_form("fresh", self.start_upstream(), "sk-typed-0123456789")
        saved = until(lambda: self.endpoints_of("second"), "config.json holds the endpoint")
        self.assertEqual(saved[0]["name"], "fresh")
        self.assertRegex(saved[0]["api_key"]["sealed"], "^v1:")
        self.assertEqual(stat.S_IMODE((self.qcc_home / "config.json").stat().st_mode), 0o600)

        click(wait_for(self.shown, "push button", "Use this cluster"))
        until(lambda: self.stats()["cluster"] == "second", "the proxy uses the new cluster")
        self.assertEqual([each["name"] for each in self.stats()["endpoints"]], ["fresh"])
        self.assertEqual(outcomes(open_streams(self.port, 1)), ["complete"])
        self.expect_no_key("sk-typed-0123456789", KEY)

    def test_the_wheel_changes_nothing_that_it_passes_over(self):
        self.add_cluster("second")
        for choice in ("^Strategy", "^Cluster in use"):
            click(wait_for(self.shown, ("combo box", "push button"), re.compile(choice)), "wheel down", times=2)
        # Changes are made one after the other: what is before this one is there with it.
        click(wait_for(self.shown, "push button", "Add an endpoint…"))
        self.fill_form("fresh", self.start_upstream(), "sk-typed-0123456789")
        until(lambda: self.endpoints_of("second"), "config.json holds the endpoint")
        config = self.read_config()
        self.assertEqual(config["active_cluster"], "work")
        self.assertEqual([each.get("strategy", "priority_failover") for each in config["clusters"]], ["priority_failover"] * 2)

    def test_an_endpoint_is_added_deleted_and_brought_back(self):
        click(wait_for(self.shown, "push button", "Add…"))
        self.fill_form("extra", self.start_upstream(), "sk-extra-0123456789")
        until(lambda: self.names_in_stats() == ["relay", "extra"], "the proxy knows the new endpoint")
        before = self.endpoints_of("work")
        ids = self.ids_in_stats()

        click(wait_for(self.shown, "table cell", re.compile("^extra,")))
        key("Delete")
        until(lambda: self.names_in_stats() == ["relay"], "the proxy has forgotten it")
        click(wait_for(self.shown, "push button", "Undo"))
        # Its key is sealed anew; the ids, which are made of the keys, tell that it is the same.
        until(lambda: without_keys(self.endpoints_of("work")) == without_keys(before), "config.json is as it was")
        until(lambda: self.ids_in_stats() == ids, "the proxy knows it again")

    def test_a_cluster_is_deleted_and_brought_back(self):
        self.add_cluster("second")
        click(wait_for(self.shown, "table cell", re.compile("^second,")))
        choose_in_menu(wait_for(self.shown, "push button", "More for this cluster"), "Delete")
        until(lambda: self.cluster_names() == ["work"], "it is gone from config.json")
        click(wait_for(self.shown, "push button", "Undo"))
        until(lambda: self.cluster_names() == ["work", "second"], "it is back")

    def test_the_delete_key_does_not_stop_the_service(self):
        click(wait_for(self.shown, "table cell", re.compile("^work,")))
        key("Delete")
        question = wait_for(application(self.tray), "alert")
        wait_for(question, "label", re.compile("Delete cluster work"))
        self.keep("question", question)
        key("Return")  # Enter cancels.
        wait_until_gone(application(self.tray), "alert")
        self.assertEqual(self.cluster_names(), ["work"])
        self.assertEqual(outcomes(open_streams(self.port, 1)), ["complete"])

    def test_what_was_deleted_comes_back_step_by_step(self):
        self.add_cluster("second")
        config = self.read_config()
        config["clusters"][0]["endpoints"].append(endpoint(self.start_upstream(), "extra", priority=2))
        (self.qcc_home / "config.json").write_text(json.dumps(config))
        click(wait_for(self.shown, "table cell", re.compile("^work,.*2 (endpoints|usable)")))
        click(wait_for(self.shown, "table cell", re.compile("^extra,")))
        key("Delete")
        until(lambda: len(self.endpoints_of("work")) == 1, "the endpoint is gone from config.json")
        click(wait_for(self.shown, "table cell", re.compile("^second,")))
        key("Delete")
        until(lambda: self.cluster_names() == ["work"], "the cluster is gone from config.json")
        self.keep("undo", self.shown)
        # Another message comes in between, and another page.
        open_page(self.shown, 6)
        self.spoil_config()
        open_page(self.shown, 1)
        key("ctrl+z")
        until(lambda: self.cluster_names() == ["work", "second"], "the cluster is back")
        key("ctrl+z")
        until(lambda: [each["name"] for each in self.endpoints_of("work")] == ["relay", "extra"], "the endpoint is back")

    def test_nothing_moves_when_a_message_comes(self):
        self.add_cluster("second")
        watched = [wait_for(self.shown, "push button", name) for name in ("Add a cluster", "More for this cluster", "Add an endpoint…")]
        before = [extents(each) for each in watched[:2]]
        click(wait_for(self.shown, "table cell", re.compile("^second,")))
        key("Delete")
        undo = wait_for(self.shown, "push button", "Undo")
        self.assertEqual([extents(each) for each in watched[:2]], before)
        x, y = pointer_place()
        left, top, width, height = extents(undo.get_parent())
        self.assertFalse(left <= x < left + width and top <= y < top + height)

    def test_a_fault_is_said_beside_its_field_and_nothing_is_saved(self):
        before = (self.qcc_home / "config.json").read_text()
        click(wait_for(self.shown, "push button", "Add…"))
        fill(wait_for(self.shown, "text", "Base URL"), "ftp://relay.example")
        fault = re.compile("Must begin with https:// or http://")
        wait_for(self.shown, "label", fault)
        self.assertFalse(has(wait_for(self.shown, "push button", "Save"), "enabled"))
        key("ctrl+s")
        self.assertEqual((self.qcc_home / "config.json").read_text(), before)
        click(wait_for(self.shown, "push button", "Revert"))
        wait_until_gone(self.shown, "label", fault)

    def test_after_a_test_the_next_key_changes_no_field(self):
        click(wait_for(self.shown, "table cell", re.compile("^relay,")))
        name = wait_for(self.shown, "text", "Name")
        click(wait_for(self.shown, "push button", "Test all"))
        key("space")
        wait_for(self.shown, "table cell", re.compile(r"\b200\b|\bok\b|\bms\b"))
        until(lambda: has(wait_for(self.shown, "push button", "Test all"), "focused"), "the button has the focus again")
        self.assertEqual(text_of(name), "relay")

    def test_the_test_button_asks_the_endpoint(self):
        # It is drawn in the first half of the row's end; the menu is in the other.
        left, top, width, height = extents(wait_for(self.shown, "table cell", "Test relay"))
        click_at(left + width // 4, top + height // 2)
        wait_for(self.shown, "table cell", re.compile(r"\b200\b|\bok\b|\bms\b"))

    def test_keys_turn_and_test_an_endpoint(self):
        click(wait_for(self.shown, "table cell", re.compile("^relay,")))
        key("space")
        until(lambda: not self.endpoints_of("work")[0].get("enabled", True), "it is off")
        key("space")
        until(lambda: self.endpoints_of("work")[0].get("enabled", True), "it is on again")
        key("ctrl+t")
        wait_for(self.shown, "table cell", re.compile(r"\b200\b|\bok\b|\bms\b"))

    def test_what_is_saved_is_tested_at_once(self):
        click(wait_for(self.shown, "table cell", re.compile("^relay,")))
        fill(wait_for(self.shown, "text", "Name"), "renamed")
        save = wait_for(self.shown, "push button", "Save")
        until(lambda: has(save, "enabled"), "Save can be pressed")
        click(save)
        wait_for(self.shown, "label", re.compile("^Saved · healthy"))
        self.keep("saved", self.shown)

    def test_an_endpoint_is_dragged_onto_another_cluster_and_back(self):
        self.add_cluster("second")
        config = self.read_config()
        config["clusters"][0]["endpoints"].append(endpoint(self.start_upstream(), "extra", priority=2))
        (self.qcc_home / "config.json").write_text(json.dumps(config))
        click(wait_for(self.shown, "table cell", re.compile("^work,.*2 (endpoints|usable)")))
        before = without_keys(self.endpoints_of("work"))
        until(lambda: self.names_in_stats() == ["relay", "extra"], "the proxy knows both")
        moved = self.ids_in_stats()[1]
        drag(wait_for(self.shown, "table cell", re.compile("^extra,")), wait_for(self.shown, "table cell", re.compile("^second,")))
        until(lambda: [each["name"] for each in self.endpoints_of("second")] == ["extra"], "it is in the other cluster")
        self.assertEqual(len(self.endpoints_of("work")), 1)
        self.keep("moved", self.shown)
        # Its id, which is made of its key, tells that the key went with it.
        self.qcc("cluster", "use", "second")
        until(lambda: self.ids_in_stats() == [moved], "the proxy knows it there")
        self.qcc("cluster", "use", "work")
        click(wait_for(self.shown, "push button", "Undo"))
        until(lambda: self.endpoints_of("second") == [], "it is no longer there")
        self.assertEqual(without_keys(self.endpoints_of("work")), before)

    def test_a_message_shows_time_and_words_and_the_list_sorts_by_it(self):
        config = self.read_config()
        more = [endpoint(self.start_upstream("status:529"), "failing", priority=2), endpoint(self.start_upstream("delay:150,ok"), "slow", priority=3),
                endpoint(self.start_upstream(), "swift", priority=4)]
        config["clusters"][0]["endpoints"] = more
        (self.qcc_home / "config.json").write_text(json.dumps(config))
        click(wait_for(self.shown, "table cell", re.compile("^slow,")))
        choose_in_menu(wait_for(self.shown, "push button", "More tests"), "Test with a message")
        wait_for(self.shown, "table cell", re.compile("Answered in .* ms: w0"))
        choose_in_menu(wait_for(self.shown, "push button", "More tests"), "Test all with a message")
        wait_for(self.shown, "table cell", re.compile("HTTP 529"))
        until(lambda: len(find_all(self.shown, "table cell", re.compile("Answered in"))) == 2, "both good ones have a time")
        wait_for(self.shown, "push button", "More tests")
        self.keep("messages", self.shown)
        self.choose_for("slow", "Sort by first byte")
        until(lambda: self.rows_shown() == ["swift", "slow", "failing"], "the fastest comes first")
        self.keep("sorted", self.shown)
        key("alt+Up")
        self.assertEqual([each["name"] for each in self.endpoints_of("work")], ["failing", "slow", "swift"])
        self.choose_for("slow", "Sort by first byte")
        until(lambda: self.rows_shown() == ["failing", "slow", "swift"], "they stand in their own order")

    def test_the_menu_of_a_row_moves_it_by_keys(self):
        self.add_cluster("second")
        click(wait_for(self.shown, "table cell", re.compile("^work,")))
        click(wait_for(self.shown, "table cell", re.compile("^relay,")))
        key("space")
        until(lambda: not self.endpoints_of("work")[0].get("enabled", True), "nobody needs it")
        forget_menus()
        key("Menu")
        wait_for_menu()
        key("o")
        wait_for_menu()
        key("Return")
        until(lambda: [each["name"] for each in self.endpoints_of("second")] == ["relay"], "it is in the other cluster")

    def choose_for(self, name, act):
        """From the menu of the row."""
        forget_menus()
        click(wait_for(self.shown, "table cell", re.compile(f"^{name},")), "right")
        click(next(item for item in menu_items(wait_for_menu()) if item.get_name() == act))

    def rows_shown(self):
        names = [re.match("^(swift|slow|failing),", cell.get_name()) for cell in find_all(self.shown, "table cell", re.compile(""))]
        return [name[1] for name in names if name]

    def add_cluster(self, name):
        click(wait_for(self.shown, "push button", "Add a cluster"))
        until(lambda: len(self.cluster_names()) == 2, "config.json holds the new cluster")
        # The field is laid over the table, so that only the focus leads to it.
        until(lambda: focused_role() == "text", "its name can be typed")
        type_text(name)
        key("Return")
        until(lambda: self.cluster_names() == ["work", name], "config.json holds its name")

    def fill_form(self, name, url, secret):
        fill(wait_for(self.shown, "text", "Name"), name)
        fill(wait_for(self.shown, "text", "Base URL"), url)
        fill(wait_for(self.shown, "password text", "Key"), secret)
        save = wait_for(self.shown, "push button", "Save")
        until(lambda: has(save, "enabled"), "Save can be pressed")
        click(save)

    def spoil_config(self):
        """Breaks config.json, and mends it again when that was told."""
        file = self.qcc_home / "config.json"
        good = file.read_text()
        file.write_text("{")
        wait_for(self.shown, "label", re.compile(r"config\.json"))
        file.write_text(good)
        wait_for(self.shown, "label", re.compile("good again"), 30)

    def keep(self, name, thing):
        keep_picture(f"clusters/{name}", thing)

    def cluster_names(self):
        return [cluster["name"] for cluster in self.read_config()["clusters"]]

    def endpoints_of(self, name):
        return next((c["endpoints"] for c in self.read_config()["clusters"] if c["name"] == name), [])

    def ids_in_stats(self):
        return [each["id"] for each in self.stats()["endpoints"]]

    def names_in_stats(self):
        return [each["name"] for each in self.stats()["endpoints"]]

    def expect_no_key(self, *secrets):
        for file in self.qcc_home.iterdir():
            if file.is_file():
                held = file.read_bytes()
                for secret in secrets:
                    self.assertNotIn(secret.encode(), held, file.name)
