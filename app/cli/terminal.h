#pragma once

#include <QList>
#include <QString>

#include <chrono>
#include <cstdio>
#include <vector>

namespace qcc::cli {

enum class Tint { Plain, Bold, Dim, Green, Yellow, Red };

/// A line, or a part of one, in pieces of one tint each. Whoever's words a piece is made of, it holds what visibleLine() makes of them: colours
/// are never part of a text, so that no text can bring its own.
class TintedText
{
public:
    TintedText() = default;
    TintedText(const QString &text) : TintedText(Tint::Plain, text) { }
    TintedText(Tint tint, const QString &text);

    TintedText &operator+=(const TintedText &more);
    friend TintedText operator+(TintedText left, const TintedText &right) { return left += right; }

    bool isEmpty() const { return m_pieces.isEmpty(); }
    /// Columns that it fills in a terminal.
    int width() const;
    /// What is seen of it.
    QString text() const;
    /// The same with the sequences that make a terminal show its tints.
    QString coloured() const;

private:
    struct Piece {
        Tint tint;
        QString text;
    };
    QList<Piece> m_pieces;
};

/// Columns that `text`, which is visible, fills in a terminal: East Asian wide characters fill two, combining marks none.
int displayWidth(QStringView text);

/// How long something took, for a person: "8.4 ms", "120 ms", "2.5 s".
QString shownDuration(double ms);
/// When something was, to the second, on this computer's clock.
QString shownTime(std::chrono::system_clock::time_point time);

/// The cells of a line of a table.
using Row = QList<TintedText>;

/// Rows as left-aligned columns, two blanks between them, no blanks at line ends.
QList<TintedText> columns(const std::vector<Row> &rows);

/// Where qcc's words go: results to `out`, errors and progress to `err`. It takes no text but such as steers no terminal.
/// Lifetime: the two streams must outlive it.
class Terminal
{
public:
    /// Colours each stream that is a terminal, unless NO_COLOR is set or TERM is "dumb". Source: no-color.org.
    static Terminal standard();

    /// `width`: see width().
    Terminal(std::FILE *out, std::FILE *err, bool colourOut, bool colourErr, bool progress, int width = 0);

    /// Writes one line, whatever the text holds. false when nobody reads any more (a closed pipe).
    bool line(const TintedText &text = {});
    /// Writes lines of our own making, their ends and tabs included; where words of others are among them, those must bring none (as in
    /// JSON).
    bool lines(const QString &text);
    void error(const QString &message, const QString &hint);
    /// To stderr, too: what was done may not be what was meant.
    void warning(const QString &message);
    /// A line for people who watch; nothing unless stderr is a terminal.
    void progress(const QString &text);
    /// As progress(), but the next status takes its place; an empty one only takes it away.
    void status(const QString &text);

    /// Columns of the terminal that shows stdout; 0 when it is no terminal.
    int width() const { return m_width; }

private:
    std::FILE *m_out;
    std::FILE *m_err;
    bool m_colourOut;
    bool m_colourErr;
    bool m_progress;
    int m_width;
    int m_statusWidth = 0; ///< Of what status() wrote last.
};

} // namespace qcc::cli
