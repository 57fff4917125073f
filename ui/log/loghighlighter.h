#pragma once

#include <QPalette>
#include <QSyntaxHighlighter>

namespace qcc {

/// Colours the lines of the log: the time steps back, the level says how bad it is, and what was searched stands out.
class LogHighlighter : public QSyntaxHighlighter
{
    Q_OBJECT

public:
    explicit LogHighlighter(QTextDocument *document) : QSyntaxHighlighter(document) { }

    void setPalette(const QPalette &palette);
    /// Letter case counts, as it does for the lines that are found.
    void setSearch(const QString &text);

protected:
    void highlightBlock(const QString &text) override;

private:
    QPalette m_palette;
    QString m_search;
};

} // namespace qcc
