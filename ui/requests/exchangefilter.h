#pragma once

#include <QString>
#include <QStringList>

namespace qcc {

struct ExchangeRow;

/// Which exchanges are asked for. Problems: all that did not go well at once, unless the client itself left. Errors: what reached
/// the client as an error or broken off.
enum class Asked { All, Problems, Errors, Recovered, Running };

/// Which lines of the table are shown.
class ExchangeFilter
{
public:
    ExchangeFilter() = default;
    /// Each word of `text` must be found, whatever its case.
    ExchangeFilter(const QString &text, Asked asked);

    bool passes(const ExchangeRow &row) const;
    bool passesAll() const { return m_words.isEmpty() && m_asked == Asked::All; }
    bool operator==(const ExchangeFilter &) const = default;

private:
    QStringList m_words;
    Asked m_asked = Asked::All;
};

} // namespace qcc
