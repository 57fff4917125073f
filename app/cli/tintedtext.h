#pragma once

#include <QList>
#include <QString>

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

/// The cells of a line of a table.
using Row = QList<TintedText>;

/// Rows as left-aligned columns, two blanks between them, no blanks at line ends.
QList<TintedText> columns(const std::vector<Row> &rows);

} // namespace qcc::cli
