"""What is on the screen, as a screen reader finds it, and how a person uses it."""

import re
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

from display import WAYLAND, click_icon, hold, keep_part_of_screen, key, let_go, move_pointer, press, put_menus_away, type_text  # noqa: E402
from waiting import SHOTS, until  # noqa: E402

if WAYLAND:
    from sway import OnBar, menu_on_bar, window_places
else:
    OnBar = ()  # Nothing is.

ROLES_OF_MENU_ITEMS = ("menu item", "check menu item", "radio menu item")

# Always ask the program: what the library remembers may be older than a click.
Atspi.get_desktop(0).set_cache_mask(Atspi.Cache.NONE)

_popups = []
_focused = []


def _remember(event):
    try:
        if not event.detail1 or not event.source:
            return
        if event.type.endswith("focused"):
            _focused.append(event.source)
        elif event.source.get_role_name() in ("popup menu", "dialog"):
            _popups.append(event.source)
    except GLib.Error:  # It is gone already.
        pass


# Qt does not list a menu among the children of its application: only the event that shows it leads there.
_listener = Atspi.EventListener.new(_remember)
_listener.register("object:state-changed:showing")
_listener.register("object:state-changed:focused")


# Menus


def forget_menus():
    """Before one is opened in another way than by those below."""
    _popups.clear()


def open_tray_menu():
    forget_menus()
    click_icon("right")
    return until(menu_on_bar, "the bar shows the menu") if WAYLAND else wait_for_menu()


def wait_for_menu():
    """The menu that opened last."""
    menu = until(lambda: next((menu for menu in reversed(_popups) if is_showing(menu) and menu.get_role_name() != "dialog"), None), "a menu opens")
    _popups.clear()
    return menu


def wait_for_panel():
    """The panel of the icon, which is no window among the others either."""
    return until(lambda: next((panel for panel in reversed(_popups) if is_showing(panel) and panel.get_name() == "qcc at a glance"), None), "the panel opens")


# Things on the screen


def application(process):
    """What `process` shows."""

    def own():
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child and child.get_process_id() == process.pid:
                return child
        return None

    return until(own, "the program is known to screen readers")


def windows(process):
    """Its windows that have a title; the messages of the tray icon have none."""
    return [child for child in children(application(process)) if child.get_name() and is_showing(child)]


def window(process, title="qcc", seconds=15):
    return until(
        lambda: next((child for child in windows(process) if child.get_name() == title), None),
        f'the window "{title}" opens',
        seconds,
    )


def children(thing):
    if isinstance(thing, OnBar):
        return thing.children()
    try:
        found = [thing.get_child_at_index(index) for index in range(thing.get_child_count())]
    except GLib.Error:
        return []
    return [child for child in found if child]


def has(thing, state):
    if isinstance(thing, OnBar):
        return thing.has(state)
    return thing.get_state_set().contains(getattr(Atspi.StateType, state.upper()))


def is_showing(thing):
    if isinstance(thing, OnBar):
        return thing.is_showing()
    try:
        return has(thing, "showing")
    except GLib.Error:
        return False


def walk(thing):
    """`thing` and all below it that is shown."""
    yield thing
    for child in children(thing):
        if is_showing(child):
            yield from walk(child)


def name_of(thing):
    """What a screen reader calls it. Qt gives a combo box the name of its entry: only a label or a description names it."""
    own = thing.get_name() or ""
    if own and thing.get_role_name() != "combo box":
        return own
    for relation in thing.get_relation_set():
        if relation.get_relation_type() == Atspi.RelationType.LABELLED_BY:
            return " ".join(relation.get_target(i).get_name() for i in range(relation.get_n_targets()))
    return thing.get_description() or ""


def matches(thing, role, name):
    """`role` is one or several, `name` a text or a compiled expression; None is any."""
    try:
        if role and thing.get_role_name() not in ((role,) if isinstance(role, str) else role):
            return False
        own = name_of(thing)
    except GLib.Error:
        return False
    if name is None:
        return True
    return bool(name.search(own)) if isinstance(name, re.Pattern) else own == name


def find(root, role=None, name=None):
    return next((thing for thing in walk(root) if matches(thing, role, name)), None)


def find_all(root, role=None, name=None):
    return [thing for thing in walk(root) if matches(thing, role, name)]


def wait_for(root, role=None, name=None, seconds=15):
    wanted = name.pattern if isinstance(name, re.Pattern) else name
    return until(lambda: find(root, role, name), f"{role or 'something'} named {wanted!r} is shown", seconds)


def wait_until_gone(root, role=None, name=None):
    until(lambda: find(root, role, name) is None, f"{role or 'something'} named {name!r} goes")


def texts(root):
    """All words that are shown: names, and what text fields hold."""
    found = []
    for thing in walk(root):
        found.append(thing.get_name() or "")
        if "Text" in thing.get_interfaces():
            found.append(text_of(thing))
    return [text for text in found if text]


def text_of(thing):
    return Atspi.Text.get_text(thing, 0, Atspi.Text.get_character_count(thing))


# Hands


def extents(thing):
    """Where it is on the screen: left, top, width, height."""
    if isinstance(thing, OnBar):
        return thing.box()
    box = Atspi.Component.get_extents(thing, Atspi.CoordType.SCREEN)
    left, top = error_of_places(thing) if WAYLAND else (0, 0)
    return box.x + left, box.y + top, box.width, box.height


def error_of_places(thing):
    """How far what is of a window is from where its program says: on Wayland no program knows where its windows are."""
    while thing and thing.get_role_name() != "application":
        window_of_it, thing = thing, thing.get_parent()
    places = until(lambda: window_places(window_of_it.get_process_id()), "the window is on the screen")
    # What has no window of this name is a menu of the one that has the focus.
    title, left, top = next((place for place in places if place[0] == window_of_it.get_name()), places[0])
    said = next((child for child in children(thing) if child.get_name() == title), window_of_it)
    box = Atspi.Component.get_extents(said, Atspi.CoordType.SCREEN)
    return left - box.x, top - box.y


def click(thing, button="left", times=1):
    """Clicks in the middle of it, as a person would; the time of the click is returned."""
    x, y, width, height = extents(thing)
    move_pointer(x + width // 2, y + height // 2)
    clicked = time.monotonic()
    press(button, times)
    return clicked


def click_at(x, y):
    """What is drawn there is nothing that a screen reader could name."""
    move_pointer(x, y)
    press("left")


def drag(thing, onto):
    """From the middle of one thing to the middle of another, as a person would."""
    (left, top, width, height), (to_left, to_top, to_width, to_height) = extents(thing), extents(onto)
    x, y, to_x, to_y = left + width // 2, top + height // 2, to_left + to_width // 2, to_top + to_height // 2
    move_pointer(x, y)
    hold()
    for step in range(1, 6):
        move_pointer(x + (to_x - x) * step // 5, y + (to_y - y) * step // 5)
        time.sleep(0.05)
    let_go()


def focused_role():
    """The role of what got the focus last."""
    return _focused[-1].get_role_name() if _focused else None


def focused_by(name):
    """What has the focus after this key was pressed; None where it has gone nowhere."""
    _focused.clear()
    key(name)
    try:
        return until(lambda: _focused[-1] if _focused else None, "the focus moves", 1)
    except AssertionError:
        return None


def fill(field, text):
    """Replaces what a text field holds by typing."""
    click(field)
    until(lambda: has(field, "focused"), f'"{field.get_name()}" has the focus')
    key("ctrl+a")
    type_text(text)
    until(lambda: text_of(field) == text or has_password(field), f'"{field.get_name()}" holds {text}')


def has_password(field):
    return field.get_role_name() == "password text"


def choose(combo, name):
    """Picks an entry of a combo box."""
    click(combo)
    entry = until(
        lambda: next((thing for thing in walk(combo) if thing != combo and matches(thing, None, name)), None),
        f'the list with "{name}" opens',
    )
    click(entry)


def choose_in_menu(button, name):
    """Opens the menu of a button and clicks an item in it."""
    _popups.clear()
    click(button)
    menu = wait_for_menu()
    click(next(item for item in menu_items(menu) if item.get_name() == name))


def close_menu(menu):
    if isinstance(menu, OnBar):
        put_menus_away()
    else:
        key("Escape")
    until(lambda: not is_showing(menu), "the menu closes")


def open_page(shown, number):
    """Opens one of the pages of the main window, counted from 1, as its list of pages does."""
    pages = wait_for(shown, "list")
    # Before that the window manager may still move it.
    until(lambda: has(shown, "active"), "the window is active")
    row = pages.get_child_at_index(number - 1)
    click(row)
    until(lambda: has(pages.get_child_at_index(number - 1), "selected"), f"page {number} is open")
    return row.get_name()


def proxy_switch(shown):
    """What starts and stops the proxy, on every page; its name is another in each language."""
    return wait_for(shown, "check box", re.compile("^(Proxy|代理)$"))


def wait_until_on(shown):
    """Until the window shows that the proxy serves."""
    until(lambda: has(proxy_switch(shown), "checked") and has(proxy_switch(shown), "enabled"), "the proxy's switch is on")


def menu_items(menu):
    return [item for item in children(menu) if item.get_role_name() in ROLES_OF_MENU_ITEMS and is_showing(item)]


def item_names(menu):
    return [item.get_name() for item in menu_items(menu)]


def keep_picture(name, *things):
    """Keeps what the screen shows where `things` are, as `name`.png."""
    boxes = [extents(thing) for thing in things]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    file = SHOTS / f"{name}.png"
    keep_part_of_screen(file, left, top, right - left, bottom - top)
    return file
