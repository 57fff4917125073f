"""A mouse and a keyboard for a Wayland compositor of the wlroots family, which has none where there is no hardware. They are there for as long
as this process is: a keyboard that comes and goes with each key would take the focus away from every window each time."""

import os
import socket
import struct
import tempfile
import time

# Linux's numbers of keys. Source: linux/input-event-codes.h.
BUTTONS = {"left": 0x110, "right": 0x111, "middle": 0x112}
NAMED = {"escape": 1, "tab": 15, "return": 28, "space": 57, "home": 102, "up": 103, "left": 105, "right": 106, "end": 107, "down": 108, "delete": 111, "menu": 127}
ROWS = {2: ("1234567890-=", "!@#$%^&*()_+"), 16: ("qwertyuiop[]", "QWERTYUIOP{}"), 30: ("asdfghjkl;'`", 'ASDFGHJKL:"~'), 43: ("\\zxcvbnm,./", "|ZXCVBNM<>?")}
KEYS = {plain: (first + at, 0) for first, (low, _) in ROWS.items() for at, plain in enumerate(low)}
KEYS |= {shifted: (first + at, 1) for first, (_, high) in ROWS.items() for at, shifted in enumerate(high)}
KEYS[" "] = (57, 0)
MODIFIERS = {"shift": (42, 1), "ctrl": (29, 4), "alt": (56, 8)}
KEYMAP = b"""xkb_keymap {
    xkb_keycodes { include "evdev+aliases(qwerty)" };
    xkb_types { include "complete" };
    xkb_compat { include "complete" };
    xkb_symbols { include "pc+us" };
};
\0"""
AXIS_VERTICAL, WHEEL = 0, 0
STEP_OF_WHEEL = 15.0


def text(value):
    held = value.encode() + b"\0"
    return struct.pack("=I", len(held)) + held + b"\0" * (-len(held) % 4)


def fixed(value):
    return struct.pack("=i", int(value * 256))


def words(*values):
    return struct.pack(f"={len(values)}I", *values)


class Connection:
    """As much of the protocol as the two devices take. Source: wayland.xml, wlr-virtual-pointer-unstable-v1.xml, virtual-keyboard-unstable-v1.xml,
    xdg-activation-v1.xml."""

    DISPLAY, REGISTRY = 1, 2

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._held = b""
        self._last_id = self.REGISTRY
        self.names = {}
        self.awaited = self.said = None  # Of one object.
        self.send(self.DISPLAY, 1, words(self.REGISTRY))
        self.sync()

    def send(self, thing, request, arguments=b"", descriptor=None):
        message = struct.pack("=IHH", thing, request, 8 + len(arguments)) + arguments
        if descriptor is None:
            self._socket.sendall(message)
        else:
            socket.send_fds(self._socket, [message], [descriptor])

    def new_id(self):
        self._last_id += 1
        return self._last_id

    def bind(self, interface):
        made = self.new_id()
        self.send(self.REGISTRY, 0, words(self.names[interface]) + text(interface) + words(1, made))
        return made

    def sync(self):
        """Comes back when all that was sent has had its effect in the compositor."""
        callback = self.new_id()
        self.send(self.DISPLAY, 0, words(callback))
        while self._event() != callback:
            pass

    def _event(self):
        thing, said = struct.unpack("=II", self._read(8))
        arguments = self._read((said >> 16) - 8)
        if thing == self.DISPLAY and said & 0xFFFF == 0:
            raise OSError(f"the compositor refuses: {arguments[12:]}")
        if thing == self.REGISTRY and said & 0xFFFF == 0:
            name, length = struct.unpack("=II", arguments[:8])
            self.names[arguments[8 : 7 + length].decode()] = name
        if thing == self.awaited:
            self.said = arguments
        return thing

    def _read(self, count):
        while len(self._held) < count:
            part = self._socket.recv(65536)
            if not part:
                raise OSError("the compositor has gone")
            self._held += part
        read, self._held = self._held[:count], self._held[count:]
        return read


class Hands:
    def __init__(self, path, width, height):
        self._connection = Connection(path)
        self._size = width, height
        self.place = 0, 0
        seat = self._connection.bind("wl_seat")
        self._pointer = self._make("zwlr_virtual_pointer_manager_v1", seat)
        self._keyboard = self._make("zwp_virtual_keyboard_manager_v1", seat)
        with tempfile.TemporaryFile() as keymap:
            keymap.write(KEYMAP)
            keymap.flush()
            self._connection.send(self._keyboard, 0, words(1, len(KEYMAP)), keymap.fileno())
        self._connection.sync()

    def _make(self, manager, seat):
        bound = self._connection.bind(manager)
        made = self._connection.new_id()
        self._connection.send(bound, 0, words(seat, made))
        return made

    def move(self, x, y):
        """To a place, over the one before it: a menu takes no click of a pointer that has not moved since it opened."""
        self.place = x, y
        for way in (max(x - 1, 0), x):
            self._point(1, words(now(), way, y, *self._size))

    def press(self, button):
        """Down and up again."""
        for state in (1, 0):
            self.turn_button(button, state)

    def turn_button(self, button, state):
        """1 is down, 0 is up."""
        self._point(2, words(now(), BUTTONS[button], state))

    def wheel(self, steps):
        self._connection.send(self._pointer, 5, words(WHEEL))
        self._point(7, words(now(), AXIS_VERTICAL) + fixed(steps * STEP_OF_WHEEL) + struct.pack("=i", steps))

    def _point(self, request, arguments):
        self._connection.send(self._pointer, request, arguments)
        self._connection.send(self._pointer, 4)
        self._connection.sync()

    def key(self, name):
        """A key by xdotool's name for it, "ctrl+a"."""
        *held, last = name.lower().split("+")
        code, shift = (NAMED[last], 0) if last in NAMED else KEYS[last]
        self._press_key(code, [MODIFIERS[each] for each in held] + [MODIFIERS["shift"]] * shift)

    def type(self, written):
        for letter in written:
            code, shift = KEYS[letter]
            self._press_key(code, [MODIFIERS["shift"]] * shift)

    def activation_token(self):
        """The compositor's leave for another program to come to the front, as a launcher gets one."""
        manager = self._connection.bind("xdg_activation_v1")
        made = self._connection.awaited = self._connection.new_id()
        self._connection.send(manager, 1, words(made))
        self._connection.send(made, 3)
        self._connection.sync()
        return self._connection.said[4:].rstrip(b"\0").decode()

    def _press_key(self, code, held):
        mask = 0
        for modifier, bit in held:
            mask |= bit
            self._key(modifier, 1, mask)
        self._key(code, 1, mask)
        self._key(code, 0, mask)
        for modifier, bit in reversed(held):
            mask &= ~bit
            self._key(modifier, 0, mask)
        self._connection.sync()

    def _key(self, code, state, mask):
        self._connection.send(self._keyboard, 1, words(now(), code, state))
        self._connection.send(self._keyboard, 2, words(mask, 0, 0, 0))


def now():
    return time.monotonic_ns() // 1_000_000 & 0xFFFFFFFF
