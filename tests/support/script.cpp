#include "tests/support/script.h"

#include "core/http/headers.h"

namespace qcc::test {

QByteArray headBytes(int status, const RawHeaders &headers)
{
    QByteArray bytes = "HTTP/1.1 " + QByteArray::number(status) + ' ' + reasonPhrase(status) + "\r\n";
    for (const auto &[name, value] : headers)
        bytes += name + ": " + value + "\r\n";
    return bytes + "\r\n";
}

QByteArray chunkBytes(const QByteArray &bytes)
{
    Q_ASSERT(!bytes.isEmpty());
    return QByteArray::number(bytes.size(), 16) + "\r\n" + bytes + "\r\n";
}

QByteArray patternBlock()
{
    QByteArray block(qsizetype(64) * 1024, Qt::Uninitialized);
    for (qsizetype i = 0; i < block.size(); ++i)
        block[i] = char('a' + i % 26);
    return block;
}

Script &Script::send(const QByteArray &bytes)
{
    return add(step::Send{bytes});
}

Script &Script::head(int status, const RawHeaders &headers)
{
    return send(headBytes(status, headers));
}

Script &Script::answer(int status, const QByteArray &contentType, const QByteArray &body, RawHeaders headers)
{
    headers.prepend({"Content-Length", QByteArray::number(body.size())});
    if (!contentType.isEmpty())
        headers.prepend({"Content-Type", contentType});
    return send(headBytes(status, headers) + body);
}

Script &Script::chunk(const QByteArray &bytes)
{
    return send(chunkBytes(bytes));
}

Script &Script::streamHead(const RawHeaders &headers)
{
    return head(200, RawHeaders{{"Content-Type", "text/event-stream; charset=utf-8"}, {"Transfer-Encoding", "chunked"}} + headers);
}

Script &Script::events(const QList<QByteArray> &events, milliseconds gap)
{
    for (qsizetype i = 0; i < events.size(); ++i) {
        if (i > 0 && gap.count() > 0)
            delay(gap);
        chunk(events[i]);
    }
    return *this;
}

Script &Script::bytewise(const QByteArray &bytes, milliseconds gap)
{
    for (const char byte : bytes)
        send(QByteArray(1, byte)).delay(gap);
    return *this;
}

Script &Script::then(const Script &other)
{
    m_steps += other.m_steps;
    if (other.m_start == Start::Head)
        m_start = Start::Head;
    if (other.m_readBytesPerSecond >= 0)
        m_readBytesPerSecond = other.m_readBytesPerSecond;
    return *this;
}

} // namespace qcc::test
