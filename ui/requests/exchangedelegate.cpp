#include "ui/requests/exchangedelegate.h"

#include "ui/model/exchangetext.h"
#include "ui/model/proxyview.h"
#include "ui/model/words.h"
#include "ui/requests/exchangerow.h"
#include "ui/requests/exchangesmodel.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QCoreApplication>
#include <QPainter>
#include <QStringList>

#include <algorithm>

namespace qcc {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Chip)
};

Chip chipOf(const AttemptRecord &attempt)
{
    const Meaning meaning = ExchangeText::meaningOf(attempt.failure);
    const QString result = ExchangeText::result(attempt);
    return {markOf(meaning), meaning, ExchangeText::endpoint(attempt), result, result == QString::number(attempt.status)};
}

} // namespace

QString Chip::words() const
{
    if (result.isEmpty())
        return name;
    // A name may be a word; a status is none.
    return (isStatus ? QStringLiteral("%1 %2") : Texts::tr("%1: %2", "endpoint, what went wrong")).arg(name, result);
}

QList<Chip> chipsOf(const ExchangeRecord &exchange)
{
    QList<Chip> chips;
    for (const AttemptRecord &attempt : exchange.attempts)
        chips.append(chipOf(attempt));
    return chips;
}

QList<Chip> chipsOf(const RunningView &exchange)
{
    QList<Chip> chips;
    for (const AttemptRecord &attempt : exchange.tried)
        chips.append(chipOf(attempt));
    if (exchange.current)
        chips.append({Mark::Play, Meaning::Neutral, ExchangeText::endpoint(*exchange.current), {}, false});
    return chips;
}

QString inWords(const QList<Chip> &chips)
{
    QStringList texts;
    for (const Chip &chip : chips)
        texts << chip.words();
    return texts.join(QStringLiteral(" → "));
}

QString attemptsInLines(const ExchangeRecord &exchange)
{
    QStringList lines;
    for (const AttemptRecord &attempt : exchange.attempts) {
        QStringList line{ExchangeText::endpoint(attempt), ExchangeText::facts(attempt).join(QStringLiteral(", "))};
        line << ExchangeText::errors(attempt);
        lines << line.join(QStringLiteral(" · "));
    }
    return lines.join(QLatin1Char('\n'));
}

namespace {

constexpr int chipHeight = 20;
constexpr int chipPadding = 6;
constexpr int chipRadius = 4;
constexpr int chipMark = 10;
constexpr int chipGap = 5;  ///< Between what stands in it.
constexpr int arrowRoom = 21; ///< Between two of them.
constexpr int arrowLength = 9;
constexpr int stateMark = 11;
constexpr int stateGap = 8;

QStyle *styleOf(const QStyleOptionViewItem &option)
{
    return option.widget ? option.widget->style() : QApplication::style();
}

int widthOf(const QFontMetrics &font, const ChipPiece &piece)
{
    int width = 2 * chipPadding + (piece.mark ? chipMark + chipGap : 0) + font.horizontalAdvance(piece.name) + font.horizontalAdvance(piece.result);
    if (!piece.name.isEmpty() && !piece.result.isEmpty())
        width += font.horizontalAdvance(QLatin1Char(' '));
    // Widths are rounded: one more, else texts that fit are elided.
    return width + 1;
}

int widthOf(const QFontMetrics &font, const QList<ChipPiece> &pieces)
{
    int width = 0;
    for (const ChipPiece &piece : pieces)
        width += widthOf(font, piece) + (width > 0 ? arrowRoom : 0);
    return width;
}

ChipPiece restOf(qsizetype hidden)
{
    return {.result = QStringLiteral("+%1").arg(hidden)};
}

/// The one colour of all words on a row that is filled with the accent; else none.
std::optional<QColor> filledText(const QStyleOptionViewItem &option)
{
    if (!isFilled(option.state))
        return {};
    return option.palette.color(option.state & QStyle::State_Active ? QPalette::Active : QPalette::Inactive, QPalette::HighlightedText);
}

void drawArrow(QPainter &painter, QPointF left, const QColor &colour)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 1.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPointF tip = left + QPointF(arrowLength, 0);
    painter.drawLine(left, tip);
    painter.drawPolyline(QPolygonF{tip + QPointF(-3, -3), tip, tip + QPointF(-3, 3)});
    painter.restore();
}

void paintPiece(QPainter &painter, const QRect &box, const ChipPiece &piece, const QPalette &palette, bool onAccent)
{
    const Colours colours = coloursOf(palette);
    // On a selection's colour nothing else can be told apart: there the chip brings its own ground. On a platform's page its tint may be the page's.
    drawBox(painter, box, chipRadius, onAccent ? colours.raised : colours.of(Meaning::Neutral).soft, hasOwnStyle() ? QColor() : colours.hairline);
    int x = box.left() + chipPadding;
    if (piece.mark) {
        const QColor ink = *piece.mark == Mark::Play ? colours.text2 : colours.of(piece.meaning).mark;
        drawMark(painter, *piece.mark, QRectF(x, box.center().y() + 0.5 - chipMark / 2.0, chipMark, chipMark), ink);
        x += chipMark + chipGap;
    }
    const QFontMetrics &font = painter.fontMetrics();
    const auto write = [&](const QString &text, const QColor &colour) {
        const int room = box.right() + 1 - chipPadding - x;
        if (text.isEmpty() || room <= 0)
            return;
        painter.setPen(colour);
        painter.drawText(QRect(x, box.top(), room + 1, box.height()), Qt::AlignLeft | Qt::AlignVCenter, font.elidedText(text, Qt::ElideRight, room + 1));
        x += font.horizontalAdvance(text);
    };
    write(piece.name, colours.text);
    if (!piece.name.isEmpty())
        x += font.horizontalAdvance(QLatin1Char(' '));
    write(piece.result, colours.text2);
}

void paintChips(QPainter &painter, const QStyleOptionViewItem &option, const QRect &cell, const QList<Chip> &chips)
{
    painter.setFont(metrics::caption(option.font));
    const QFontMetrics font = painter.fontMetrics();
    const int height = std::max(chipHeight, font.height() + 4);
    const std::optional<QColor> filled = filledText(option);
    const QList<ChipPiece> pieces = fitting(font, chips, cell.width());
    int x = cell.left();
    for (qsizetype i = 0; i < pieces.size(); ++i) {
        if (i > 0) {
            drawArrow(painter, QPointF(x + (arrowRoom - arrowLength) / 2.0, cell.center().y() + 0.5), filled.value_or(coloursOf(option.palette).text3));
            x += arrowRoom;
        }
        const QRect box(x, cell.top() + (cell.height() - height) / 2, std::min(widthOf(font, pieces.at(i)), cell.right() + 1 - x), height);
        if (box.width() <= 2 * chipPadding)
            break;
        paintPiece(painter, box, pieces.at(i), option.palette, filled.has_value());
        x += box.width();
    }
}

void paintState(QPainter &painter, const QStyleOptionViewItem &option, const QRect &cell, const QModelIndex &index)
{
    const Colours colours = coloursOf(option.palette);
    const std::optional<QColor> filled = filledText(option);
    const auto mark = static_cast<Mark>(index.data(ExchangesModel::MarkRole).toInt());
    const auto meaning = index.data(ExchangesModel::MeaningRole).value<Meaning>();
    const QColor ink = mark == Mark::Play ? colours.text2 : colours.of(meaning).mark;
    drawMark(painter, mark, QRectF(cell.left(), cell.top() + (cell.height() - stateMark) / 2.0, stateMark, stateMark), filled.value_or(ink));
    // What works needs no colour.
    const bool isBad = meaning == Meaning::Failure || meaning == Meaning::Warning;
    painter.setPen(filled.value_or(isBad ? colours.of(meaning).text : colours.text));
    const QRect words = cell.adjusted(stateMark + stateGap, 0, 0, 0);
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, words.width()));
}

void paintText(QPainter &painter, const QStyleOptionViewItem &option, const QRect &cell, const QModelIndex &index)
{
    const Colours colours = coloursOf(option.palette);
    const bool isChosen = option.state & QStyle::State_Selected;
    QString text = index.data().toString();
    QColor colour = colours.text;
    if (index.column() == ExchangesModel::Time) {
        const bool isDated = text.contains(QLatin1Char(' '));
        colour = isChosen ? colours.text : isDated ? colours.text3 : colours.text2;
        // Where there is no room for the date before it, the time is what is looked for; the tip has both.
        if (isDated && painter.fontMetrics().horizontalAdvance(text) > cell.width())
            text = text.section(QLatin1Char(' '), -1);
    } else if (text == Words::none()) {
        colour = colours.text3;
    }
    painter.setPen(filledText(option).value_or(colour));
    const auto alignment = index.data(Qt::TextAlignmentRole).value<Qt::Alignment>();
    painter.drawText(cell, alignment, painter.fontMetrics().elidedText(text, Qt::ElideRight, cell.width() + 1));
}

} // namespace

QList<ChipPiece> fitting(const QFontMetrics &caption, const QList<Chip> &chips, int width)
{
    if (chips.isEmpty())
        return {};
    const auto whole = [](const Chip &chip) { return ChipPiece{chip.mark, chip.meaning, chip.name, chip.result}; };
    const qsizetype before = chips.size() - 1;
    if (before == 0)
        return {whole(chips.constLast())};
    QList<ChipPiece> pieces;
    if (before > 1)
        pieces << restOf(before - 1);
    const Chip &last = chips.at(before - 1);
    pieces << ChipPiece{.mark = last.mark, .meaning = last.meaning, .result = last.result} << whole(chips.constLast());
    return widthOf(caption, pieces) <= width ? pieces : QList<ChipPiece>{restOf(before), whole(chips.constLast())};
}

int ExchangeDelegate::stateWidth(const QFontMetrics &font)
{
    int width = 0;
    for (const Outcome outcome : EnumTable<Outcome>::values)
        width = std::max(width, font.horizontalAdvance(capitalized(Words::of(outcome))));
    for (const RunningState state : EnumTable<RunningState>::values)
        width = std::max(width, font.horizontalAdvance(capitalized(RunningWords::of(state))));
    return stateMark + stateGap + width + 1;
}

QSize ExchangeDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    return {QStyledItemDelegate::sizeHint(option, index).width(), std::max(tokens::size::row, option.fontMetrics.height() + 3 * metrics::half)};
}

void ExchangeDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem empty = option;
    empty.text.clear();
    empty.features = {};
    empty.state.setFlag(QStyle::State_HasFocus, false);
    styleOf(option)->drawControl(QStyle::CE_ItemViewItem, &empty, painter, option.widget);
    painter->save();
    painter->setClipRect(option.rect);
    painter->setFont(option.font);
    const QRect cell = option.rect.adjusted(padding, 0, -padding, 0);
    const QVariant chips = index.column() == ExchangesModel::Attempts ? index.data(ExchangesModel::ChipsRole) : QVariant();
    if (index.column() == ExchangesModel::State)
        paintState(*painter, option, cell, index);
    else if (const auto list = chips.value<QList<Chip>>(); !list.isEmpty())
        paintChips(*painter, option, cell, list);
    else
        paintText(*painter, option, cell, index);
    painter->restore();
}

} // namespace qcc
