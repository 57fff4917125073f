"""A StatusNotifierWatcher that takes every question and answers none. Says "ready"; ends when it is ended."""

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.kde.StatusNotifierWatcher"


def main():
    asked = []
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)

    def take(_, message, incoming):
        # What it is asked never comes to those who would answer for it.
        if incoming and message.get_message_type() == Gio.DBusMessageType.METHOD_CALL and message.get_destination() != bus.get_unique_name():
            asked.append(message)
            return None
        return message

    bus.add_filter(take)
    Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.NONE, lambda *_: print("ready", flush=True), None)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
