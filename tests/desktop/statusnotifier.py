"""A desktop that takes icons and notifications over the bus, as KDE and GNOME do. Says "ready", then each call as a line of JSON; ends when it
is ended."""

import json

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

# As much as Qt asks for. Source: StatusNotifierItem and Desktop Notifications Specification, freedesktop.org.
WATCHER = """
<node>
  <interface name="org.kde.StatusNotifierWatcher">
    <method name="RegisterStatusNotifierItem"><arg name="service" type="s" direction="in"/></method>
    <property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
    <property name="ProtocolVersion" type="i" access="read"/>
  </interface>
</node>
"""
NOTIFICATIONS = """
<node>
  <interface name="org.freedesktop.Notifications">
    <method name="Notify">
      <arg name="app" type="s" direction="in"/><arg name="replaces" type="u" direction="in"/><arg name="icon" type="s" direction="in"/>
      <arg name="summary" type="s" direction="in"/><arg name="body" type="s" direction="in"/><arg name="actions" type="as" direction="in"/>
      <arg name="hints" type="a{sv}" direction="in"/><arg name="timeout" type="i" direction="in"/><arg name="id" type="u" direction="out"/>
    </method>
    <method name="GetCapabilities"><arg name="names" type="as" direction="out"/></method>
  </interface>
</node>
"""
ANSWERS = {"Notify": GLib.Variant("(u)", (1,)), "GetCapabilities": GLib.Variant("(as)", (["body", "body-markup"],))}
PROPERTIES = {"IsStatusNotifierHostRegistered": GLib.Variant("b", True), "ProtocolVersion": GLib.Variant("i", 0)}


def called(_bus, _sender, _path, _interface, method, arguments, invocation):
    print(json.dumps([method, *arguments.unpack()]), flush=True)
    invocation.return_value(ANSWERS.get(method))


def main():
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    missing = {"/StatusNotifierWatcher": WATCHER, "/org/freedesktop/Notifications": NOTIFICATIONS}
    for path, xml in list(missing.items()):
        interface = Gio.DBusNodeInfo.new_for_xml(xml).interfaces[0]
        bus.register_object(path, interface, called, lambda *asked: PROPERTIES[asked[-1]], None)

        def owned(*_, path=path):
            del missing[path]
            if not missing:
                print("ready", flush=True)

        Gio.bus_own_name_on_connection(bus, interface.name, Gio.BusNameOwnerFlags.NONE, owned, None)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
