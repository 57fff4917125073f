#pragma once

#include <QByteArray>
#include <QJsonObject>

#include <optional>

namespace qcc {

/// The longest line of the control protocol in either direction.
inline constexpr qsizetype controlLineLimitBytes = qsizetype(16) * 1024 * 1024;

/// A JSON object as one line of the control protocol.
QByteArray toLine(const QJsonObject &object);

/// Cuts a byte stream into lines, looking at each byte once however small the pieces are.
class LineBuffer
{
public:
    void append(const QByteArray &bytes) { m_bytes += bytes; }
    /// The next whole line without its end, or nothing yet.
    std::optional<QByteArray> takeLine();
    /// Whether a line has begun that will not fit controlLineLimitBytes.
    bool isOverLimit() const { return m_bytes.size() > controlLineLimitBytes; }

private:
    QByteArray m_bytes;
    qsizetype m_searched = 0;
};

} // namespace qcc
