#pragma once

#include "core/http/answergate.h"

#include <deque>
#include <optional>

namespace qcc {

/// Reads one answer from what comes on a stream of HTTP/2, as AnswerReader does from the bytes of HTTP/1.1. What it says must satisfy an
/// AnswerGate.
/// Source: RFC 9113 §§8.1, 8.2, 8.3.2.
class Http2Answer
{
public:
    explicit Http2Answer(bool headRequest) : m_gate(headRequest) { }

    /// A block of fields begins: a head, or what follows the body.
    void headBegan() { m_inHead = false; }
    /// False: no more of this block is wanted.
    bool addField(QByteArrayView name, QByteArrayView value);
    /// `isLast`: the stream ends with it.
    void headEnded(bool isLast);
    /// Appends to `body` what belongs there. Returns how many bytes these are.
    qsizetype addBody(QByteArrayView bytes, QByteArray &body);
    /// The upstream has ended the stream.
    void end();

    const AnswerGate &gate() const { return m_gate; }
    /// Nothing of an answer has come.
    bool untouched() const { return !m_touched; }
    /// It was ended before all of it was there.
    bool brokeOff() const { return m_brokeOff; }
    std::optional<AnswerHead> takeInterim();

private:
    AnswerGate m_gate;
    std::deque<AnswerHead> m_interims;
    bool m_inHead = false; ///< Its status was read.
    bool m_touched = false;
    bool m_brokeOff = false;
};

} // namespace qcc
