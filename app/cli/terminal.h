#pragma once

#include <QString>
#include <QStringList>

#include <cstdio>
#include <vector>

namespace qcc::cli {

enum class Tint { Plain, Bold, Dim, Green, Yellow, Red };

/// Where qcc's words go: results to `out`, errors and progress to `err`.
/// Lifetime: the two streams must outlive it.
class Terminal
{
public:
    /// Colours each stream that is a terminal, unless NO_COLOR is set or TERM is "dumb". Source: no-color.org.
    static Terminal standard();

    /// `width`: see width().
    Terminal(std::FILE *out, std::FILE *err, bool colourOut, bool colourErr, bool progress, int width = 0);

    /// Writes one line. false when nobody reads any more (a closed pipe).
    bool line(const QString &text = {});
    /// Writes text as it is, line ends included.
    bool raw(const QString &text);
    void error(const QString &message, const QString &hint);
    /// A line for people who watch; nothing unless stderr is a terminal.
    void progress(const QString &text);
    /// As progress(), but the next status takes its place; an empty one only takes it away.
    void status(const QString &text);

    /// Columns of the terminal that shows stdout; 0 when it is no terminal.
    int width() const { return m_width; }

    /// `text` in a colour if stdout has colours, else as it is.
    QString paint(Tint tint, const QString &text) const;

private:
    std::FILE *m_out;
    std::FILE *m_err;
    bool m_colourOut;
    bool m_colourErr;
    bool m_progress;
    int m_width;
    int m_statusWidth = 0; ///< Of what status() wrote last.
};

/// Columns that `text` fills in a terminal: East Asian wide characters fill two, combining marks and colours
/// none.
int displayWidth(QStringView text);

/// Rows as left-aligned columns, two blanks between them, no blanks at line ends. The first row is the heading.
QStringList columns(const std::vector<QStringList> &rows);

} // namespace qcc::cli
