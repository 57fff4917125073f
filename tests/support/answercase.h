#pragma once

#include "core/base/result.h"
#include "tests/support/lenientrequestreader.h"

#include <QByteArray>
#include <QList>
#include <QMap>

#include <chrono>
#include <optional>

namespace qcc::test {

/// One case of tests/answers: what endpoints answer, and what is to become of it. The format is described in tests/answers/README.md.
struct AnswerCase {
    /// How the body of an answer ends on its connection.
    enum class End {
        Clean, ///< With the last chunk, or at its length.
        Fin,   ///< Closed without the last chunk.
        Reset,
        Open,  ///< Left open and silent.
    };
    struct Answer {
        QByteArray statusLine; ///< Empty: nothing is sent before the end.
        RawHeaders headers;
        QByteArray body;
        bool isUsual = false;     ///< As the real API would answer; nothing else is set.
        bool untilClose = false;  ///< No framing: the connection ends the body.
        End end = End::Clean;
    };
    struct Expectation {
        QByteArray key;
        QByteArray mode;  ///< Empty: in all.
        QByteArray value; ///< Of "client" and "client same+" the bytes.
        int line = 0;
    };
    struct Step {
        std::chrono::milliseconds clock{0}; ///< Time that passes; not 0: nothing else is set.
        QByteArray method;
        QByteArray target;
        RawHeaders headers;
        QByteArray body;
        QByteArray coding; ///< What the body is to be compressed with, or empty.
        QList<Expectation> expectations;
    };

    QByteArray prose;
    QMap<QByteArray, QByteArray> settings;
    QList<Step> steps;
    QMap<char, QList<Answer>> answers; ///< By the endpoint's letter; the last one repeats.
};

/// Errors: Failed, with the line.
Result<AnswerCase> readAnswerCase(const QByteArray &text);

/// "11 s", "10 min", "250 ms". Nothing for other text.
std::optional<std::chrono::milliseconds> timeOf(QByteArrayView text);

} // namespace qcc::test
