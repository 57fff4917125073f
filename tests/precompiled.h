// See core/precompiled.h.
#pragma once

#include "core/precompiled.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
