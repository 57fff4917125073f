"""A desktop's server of notifications. Says "ready", then each call as a line of JSON with the time; takes lines of JSON [id, action] for what a
person does with one. With the argument "silent" it answers nothing, with "mute" nothing but what it can do; with "icons" it takes icons over the bus, too, as KDE and GNOME do. Ends when
it is ended."""

import json
import sys
import time

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
# Source: Desktop Notifications Specification 1.2, freedesktop.org.
NOTIFICATIONS = """
<node>
  <interface name="org.freedesktop.Notifications">
    <method name="Notify">
      <arg name="app" type="s" direction="in"/><arg name="replaces" type="u" direction="in"/><arg name="icon" type="s" direction="in"/>
      <arg name="summary" type="s" direction="in"/><arg name="body" type="s" direction="in"/><arg name="actions" type="as" direction="in"/>
      <arg name="hints" type="a{sv}" direction="in"/><arg name="timeout" type="i" direction="in"/><arg name="id" type="u" direction="out"/>
    </method>
    <method name="CloseNotification"><arg name="id" type="u" direction="in"/></method>
    <method name="GetCapabilities"><arg name="names" type="as" direction="out"/></method>
    <signal name="NotificationClosed"><arg name="id" type="u"/><arg name="reason" type="u"/></signal>
    <signal name="ActionInvoked"><arg name="id" type="u"/><arg name="action" type="s"/></signal>
  </interface>
</node>
"""
CLOSED_BY_CALL = 3
# As much of it as Qt asks for. Source: StatusNotifierItem, freedesktop.org.
WATCHER = """
<node>
  <interface name="org.kde.StatusNotifierWatcher">
    <method name="RegisterStatusNotifierItem"><arg name="service" type="s" direction="in"/></method>
    <property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
    <property name="ProtocolVersion" type="i" access="read"/>
  </interface>
</node>
"""
PROPERTIES = {"IsStatusNotifierHostRegistered": GLib.Variant("b", True), "ProtocolVersion": GLib.Variant("i", 0)}


class Server:
    def __init__(self, capabilities, answers, icons):
        self.capabilities = capabilities
        self.answers = answers
        self.last = 0
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.missing = {PATH: NOTIFICATIONS, **({"/StatusNotifierWatcher": WATCHER} if icons else {})}
        for path, xml in list(self.missing.items()):
            interface = Gio.DBusNodeInfo.new_for_xml(xml).interfaces[0]
            self.bus.register_object(path, interface, self.called, lambda *asked: PROPERTIES[asked[-1]], None)
            Gio.bus_own_name_on_connection(self.bus, interface.name, Gio.BusNameOwnerFlags.NONE, lambda *_, path=path: self.owned(path), None)
        GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN, self.told)

    def owned(self, path):
        del self.missing[path]
        if not self.missing:
            print("ready", flush=True)

    def called(self, _bus, _sender, _path, _interface, method, arguments, invocation):
        given = arguments.unpack()
        answer = None
        if method == "Notify":
            self.last = given[1] or self.last + 1
            answer = GLib.Variant("(u)", (self.last,))
            given += (self.last,)
        elif method == "GetCapabilities":
            answer = GLib.Variant("(as)", (self.capabilities,))
        print(json.dumps([time.monotonic(), method, *given]), flush=True)
        if not self.answers(method):
            return
        invocation.return_value(answer)
        if method == "CloseNotification":
            self.emit("NotificationClosed", GLib.Variant("(uu)", (given[0], CLOSED_BY_CALL)))

    def told(self, source, _condition):
        line = source.readline()
        if line:
            self.emit("ActionInvoked", GLib.Variant("(us)", tuple(json.loads(line))))
        return bool(line)

    def emit(self, name, values):
        self.bus.emit_signal(None, PATH, NAME, name, values)


if __name__ == "__main__":
    def answers(method):
        return "silent" not in sys.argv and ("mute" not in sys.argv or method == "GetCapabilities")

    server = Server(["body", "body-markup", "actions"], answers, "icons" in sys.argv)
    GLib.MainLoop().run()
