#include "ui/requests/exchangedelegate.h"

#include "ui/model/exchangetext.h"
#include "ui/model/proxyview.h"
#include "ui/model/words.h"
#include "ui/requests/exchangerow.h"
#include "ui/requests/exchangesmodel.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

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
    // A name may be a word; a status is none.
    const bool isStatus = result == QString::number(attempt.status);
    const QString text = isStatus ? QStringLiteral("%1 %2") : Texts::tr("%1: %2", "endpoint, what went wrong");
    return {Words::markOf(meaning), text.arg(ExchangeText::endpoint(attempt), result), result, meaning};
}

} // namespace

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
        chips.append({runningMark(), ExchangeText::endpoint(*exchange.current), {}, Meaning::Neutral});
    return chips;
}

QString inWords(const QList<Chip> &chips)
{
    QStringList texts;
    for (const Chip &chip : chips)
        texts << chip.text;
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

constexpr double rowHeight = 1.7;  ///< Of the font's height.
constexpr double chipHeight = 1.3; ///< Of the font's height.
constexpr int chipPadding = 6;
constexpr int radius = 4;
constexpr double fillShare = 0.12;
constexpr double borderShare = 0.45;
const QString arrow = QStringLiteral("→");

QStyle *styleOf(const QStyleOptionViewItem &option)
{
    return option.widget ? option.widget->style() : QApplication::style();
}

int textMargin(const QStyleOptionViewItem &option)
{
    return styleOf(option)->pixelMetric(QStyle::PM_FocusFrameHMargin, &option, option.widget) + 1;
}

QPalette::ColorGroup groupOf(const QStyleOptionViewItem &option)
{
    return option.state & QStyle::State_Active ? QPalette::Active : QPalette::Inactive;
}

QColor textColour(const QStyleOptionViewItem &option)
{
    return option.palette.color(groupOf(option), isFilled(option.state) ? QPalette::HighlightedText : QPalette::Text);
}

QColor faded(QColor colour, double share)
{
    colour.setAlphaF(static_cast<float>(share));
    return colour;
}

/// Marks are of different widths; the words stand below each other.
int markColumn(const QFontMetrics &font)
{
    return font.horizontalAdvance(QStringLiteral("◆")) + metrics::half + 2;
}

int markWidth(const QFontMetrics &font, const QString &mark)
{
    return mark.isEmpty() ? 0 : font.horizontalAdvance(mark) + metrics::half;
}

int chipWidth(const QFontMetrics &font, const Chip &chip)
{
    // Widths are rounded: one more, else texts that fit are elided.
    return 2 * chipPadding + markWidth(font, chip.mark) + font.horizontalAdvance(chip.text) + 1;
}

int arrowWidth(const QFontMetrics &font)
{
    return font.horizontalAdvance(arrow) + metrics::unit;
}

int widthOf(const QFontMetrics &font, const QList<Chip> &chips)
{
    int width = 0;
    for (const Chip &chip : chips)
        width += chipWidth(font, chip) + (width > 0 ? arrowWidth(font) : 0);
    return width;
}

/// The last attempt says most, so the others give way: first their endpoints' names, then they themselves.
QList<Chip> fitting(const QFontMetrics &font, QList<Chip> chips, int width)
{
    for (qsizetype i = 0; i + 1 < chips.size() && widthOf(font, chips) > width; ++i)
        chips[i].text = chips.at(i).brief;
    if (widthOf(font, chips) <= width)
        return chips;
    for (qsizetype hidden = 1; hidden < chips.size(); ++hidden) {
        QList<Chip> shorter{{{}, ExchangeDelegate::restText(hidden), {}, Meaning::Neutral}};
        shorter += chips.sliced(hidden);
        if (widthOf(font, shorter) <= width || shorter.size() == 2)
            return shorter;
    }
    return chips;
}

} // namespace

QString ExchangeDelegate::restText(qsizetype hidden)
{
    return QStringLiteral("+%1").arg(hidden);
}

int ExchangeDelegate::stateWidth(const QFontMetrics &font)
{
    int width = 0;
    for (const Outcome outcome : {Outcome::Complete, Outcome::Recovered, Outcome::CallerError, Outcome::Error, Outcome::Truncated,
                                  Outcome::ClientCancelled})
        width = std::max(width, font.horizontalAdvance(Words::of(outcome)));
    for (const RunningState state : {RunningState::Waiting, RunningState::Attempting, RunningState::Holding, RunningState::Streaming})
        width = std::max(width, font.horizontalAdvance(RunningWords::of(state)));
    return markColumn(font) + width;
}

QSize ExchangeDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    return {QStyledItemDelegate::sizeHint(option, index).width(), qRound(option.fontMetrics.height() * rowHeight)};
}

void ExchangeDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    // Where a date stands before the time, the time is what is looked for.
    if (index.column() == ExchangesModel::Time)
        option->textElideMode = Qt::ElideLeft;
}

void ExchangeDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (index.column() != ExchangesModel::Attempts && index.column() != ExchangesModel::State) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    paintBackground(painter, option);
    painter->save();
    painter->setClipRect(option.rect);
    painter->setFont(option.font);
    if (index.column() == ExchangesModel::Attempts)
        paintChips(painter, option, index.data(ExchangesModel::ChipsRole).value<QList<Chip>>());
    else
        paintState(painter, option, index);
    painter->restore();
}

void ExchangeDelegate::paintBackground(QPainter *painter, const QStyleOptionViewItem &option)
{
    QStyleOptionViewItem empty = option;
    empty.text.clear();
    empty.features = {};
    empty.state.setFlag(QStyle::State_HasFocus, false);
    styleOf(option)->drawControl(QStyle::CE_ItemViewItem, &empty, painter, option.widget);
}

void ExchangeDelegate::paintChips(QPainter *painter, const QStyleOptionViewItem &option, const QList<Chip> &all)
{
    const QFontMetrics &font = option.fontMetrics;
    const int margin = textMargin(option);
    const QRect cell = option.rect.adjusted(margin, 0, -margin, 0);
    const int height = qRound(font.height() * chipHeight);
    const bool isSelected = isFilled(option.state);
    const QList<Chip> chips = fitting(font, all, cell.width());
    int x = cell.left();
    painter->setRenderHint(QPainter::Antialiasing);
    for (qsizetype i = 0; i < chips.size(); ++i) {
        const Chip &chip = chips.at(i);
        if (i > 0) {
            painter->setPen(textColour(option));
            painter->drawText(QRect(x, cell.top(), arrowWidth(font), cell.height()), Qt::AlignCenter, arrow);
            x += arrowWidth(font);
        }
        const QRect box(x, cell.top() + (cell.height() - height) / 2, std::min(chipWidth(font, chip), cell.right() + 1 - x), height);
        if (box.width() <= metrics::unit)
            break;
        const QColor colour = colourOf(chip.meaning, option.palette);
        // On a selection's colour nothing else can be told apart: there the chip brings its own ground.
        if (isSelected) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(option.palette.color(QPalette::Base));
            painter->drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
        }
        painter->setPen(faded(colour, borderShare));
        painter->setBrush(faded(colour, fillShare));
        painter->drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);

        const QRect inner = box.adjusted(chipPadding, 0, -chipPadding, 0);
        painter->setPen(colour);
        painter->drawText(inner, Qt::AlignLeft | Qt::AlignVCenter, chip.mark);
        const QRect words = inner.adjusted(markWidth(font, chip.mark), 0, 0, 0);
        painter->setPen(option.palette.color(QPalette::Text));
        painter->drawText(words, Qt::AlignLeft | Qt::AlignVCenter, font.elidedText(chip.text, Qt::ElideMiddle, words.width()));
        x += box.width();
    }
}

void ExchangeDelegate::paintState(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index)
{
    const QFontMetrics &font = option.fontMetrics;
    const int margin = textMargin(option);
    const QRect cell = option.rect.adjusted(margin, 0, -margin, 0);
    const QString mark = index.data(ExchangesModel::MarkRole).toString();
    const bool isSelected = isFilled(option.state);
    const int column = markColumn(font);
    painter->setPen(isSelected ? textColour(option)
                               : colourOf(index.data(ExchangesModel::MeaningRole).value<Meaning>(), option.palette));
    painter->drawText(QRect(cell.left(), cell.top(), column - metrics::half, cell.height()), Qt::AlignCenter, mark);
    const QRect words = cell.adjusted(column, 0, 0, 0);
    painter->setPen(textColour(option));
    painter->drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                      font.elidedText(index.data().toString(), Qt::ElideRight, words.width()));
}

} // namespace qcc
