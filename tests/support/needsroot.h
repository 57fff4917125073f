#pragma once

#include <QTest>

#include <unistd.h>

/// For what only root can try out. Others see that it was left out; where QCC_ROOT_TESTS is "required", as in continuous integration, that is a failure.
#define NEEDS_ROOT()                                                               \
    if (::geteuid() != 0) {                                                        \
        if (qEnvironmentVariable("QCC_ROOT_TESTS") == QLatin1String("required"))   \
            QFAIL("this test needs root, and must not be left out here");          \
        QSKIP("only root can try this out");                                       \
    }
