#include "ui/overview/problemtable.h"

#include "ui/model/coretext.h"
#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"
#include "ui/widgets/style.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QStringList>

#include <algorithm>

namespace qcc {

namespace {

const QString &nameOf(const AttemptRecord &attempt)
{
    return attempt.endpointName.isEmpty() ? attempt.endpointId : attempt.endpointName;
}

bool failed(const AttemptRecord &attempt)
{
    return attempt.failure != FailureClass::None;
}

} // namespace

QString ProblemText::failureOf(const AttemptRecord &attempt)
{
    const QString words = Words::failureOf(attempt);
    if (attempt.status < 400) // A head that said all is well tells nothing about what went wrong later.
        return tr("%1: %2", "endpoint, what went wrong").arg(nameOf(attempt), words);
    return tr("%1: %2 %3", "endpoint, HTTP status, what went wrong").arg(nameOf(attempt)).arg(attempt.status).arg(words);
}

QString ProblemText::endOf(const ExchangeRecord &exchange)
{
    switch (exchange.outcome) {
    case Outcome::Complete:
    case Outcome::Recovered: {
        const qsizetype count = exchange.attempts.size();
        if (count == 0 || failed(exchange.attempts.constLast()))
            return Words::of(exchange.outcome);
        const QString &server = nameOf(exchange.attempts.constLast());
        const bool sameAgain = count > 1 && nameOf(exchange.attempts.at(count - 2)) == server;
        return sameAgain ? tr("%1 served it at the next try").arg(server) : tr("%1 served it").arg(server);
    }
    case Outcome::Truncated: return tr("the answer was cut short");
    case Outcome::Error: return tr("not served");
    case Outcome::CallerError:
    case Outcome::ClientCancelled: return Words::of(exchange.outcome);
    }
    Q_UNREACHABLE();
}

QString ProblemText::of(const ExchangeRecord &exchange)
{
    QStringList parts;
    int times = 1;
    QString last;
    for (const AttemptRecord &attempt : exchange.attempts) {
        if (!failed(attempt))
            continue;
        const QString text = failureOf(attempt);
        if (text == last) {
            parts.last() = tr("%1 (%2 times)", "what went wrong, how often").arg(text).arg(++times);
            continue;
        }
        parts.append(text);
        last = text;
        times = 1;
    }
    if (parts.isEmpty() && !exchange.error.isEmpty())
        return tr("%1: %2", "how it ended, why").arg(endOf(exchange), inUsersLanguage(exchange.error));
    parts.append(endOf(exchange));
    return parts.join(QStringLiteral(" → "));
}

QString ProblemText::details(const ExchangeRecord &exchange)
{
    QStringList request{QStringLiteral("%1 %2").arg(QString::fromUtf8(exchange.method), QString::fromUtf8(exchange.path))};
    for (const QString &word : {exchange.model, exchange.client, exchange.id()}) {
        if (!word.isEmpty())
            request.append(word);
    }
    QStringList lines{request.join(QStringLiteral(" · "))};
    for (const AttemptRecord &attempt : exchange.attempts) {
        QString line = failed(attempt) ? failureOf(attempt)
                                       : tr("%1: %2", "endpoint, result").arg(nameOf(attempt), Words::of(attempt.failure));
        for (const QString &said : {inUsersLanguage(attempt.error), attempt.upstreamError}) {
            if (!said.isEmpty())
                line += QStringLiteral(": ") + said;
        }
        lines.append(tr("%1, after %2", "attempt, duration").arg(line, Words::duration(attempt.totalMs)));
    }
    return lines.join(QLatin1Char('\n'));
}

namespace {

/// A finished exchange does not change; its number is given again after a restart.
bool isSame(const ExchangeRecord &one, const ExchangeRecord &other)
{
    return one.number == other.number && one.startedAt == other.startedAt;
}

} // namespace

void ProblemModel::setProblems(const QList<ExchangeRecord> &newestFirst, const QDateTime &now)
{
    const bool otherDay = m_now.toLocalTime().date() != now.toLocalTime().date();
    m_now = now;
    m_problems = newestFirst;
    show();
    if (otherDay && !m_rows.isEmpty())
        Q_EMIT dataChanged(index(0, Time), index(rowCount() - 1, Time));
}

void ProblemModel::setMostRows(qsizetype most)
{
    if (most == std::exchange(m_most, most))
        return;
    show();
}

void ProblemModel::show()
{
    QList<Row> newer;
    for (const ExchangeRecord &problem : std::as_const(m_problems)) {
        const QString text = ProblemText::of(problem);
        const auto same = std::ranges::find_if(newer, [&](const Row &row) { return row.text == text && row.newest.outcome == problem.outcome; });
        if (same != newer.end())
            ++same->times;
        else if (newer.size() < m_most)
            newer.append({problem, text});
    }
    if (const qsizetype kept = overlap(newer); kept > 0) {
        // The usual case: some came on top, as many fell off. What is selected stays so.
        if (kept < m_rows.size()) {
            beginRemoveRows({}, static_cast<int>(kept), static_cast<int>(m_rows.size() - 1));
            m_rows.resize(kept);
            endRemoveRows();
        }
        const qsizetype fresh = newer.size() - kept;
        if (fresh > 0) {
            beginInsertRows({}, 0, static_cast<int>(fresh - 1));
            m_rows = newer;
            endInsertRows();
            return;
        }
        for (qsizetype row = 0; row < newer.size(); ++row) {
            if (newer.at(row).times == m_rows.at(row).times)
                continue;
            m_rows[row] = newer.at(row);
            Q_EMIT dataChanged(index(static_cast<int>(row), 0), index(static_cast<int>(row), ColumnCount - 1));
        }
    } else if (!m_rows.isEmpty() || !newer.isEmpty()) {
        beginResetModel();
        m_rows = newer;
        endResetModel();
    }
}

/// How many of the first known ones are the last of the newer ones.
qsizetype ProblemModel::overlap(const QList<Row> &newer) const
{
    if (m_rows.isEmpty())
        return 0;
    const auto same = [](const Row &one, const Row &other) { return isSame(one.newest, other.newest); };
    const auto first = std::ranges::find_if(newer, [&](const Row &row) { return same(row, m_rows.constFirst()); });
    const qsizetype kept = newer.end() - first;
    return kept <= m_rows.size() && std::equal(first, newer.end(), m_rows.begin(), same) ? kept : 0;
}

int ProblemModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ProblemModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

/// One that was repaired says how long its client waited for that; several have waited for different times.
QString ProblemModel::textOf(const Row &row)
{
    constexpr double felt = 100;
    if (row.times > 1 || row.newest.outcome != Outcome::Recovered || row.newest.attempts.isEmpty() || row.newest.attempts.constLast().offsetMs < felt)
        return row.text;
    return tr("%1, after %2", "what became of a request, duration").arg(row.text, Words::duration(row.newest.attempts.constLast().offsetMs));
}

QVariant ProblemModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Row &row = m_rows.at(index.row());
    const QString times = row.times > 1 ? tr("%1 times", "how often").arg(QLocale().toString(row.times)) : QString();
    switch (role) {
    case Qt::DisplayRole: return index.column() == Time ? Words::timeOfDay(row.newest.startedAt, m_now) : textOf(row);
    case Qt::AccessibleTextRole: {
        if (index.column() == Time)
            return Words::timeOfDay(row.newest.startedAt, m_now);
        const QString text = QStringLiteral("%1: %2").arg(Words::of(row.newest.outcome), textOf(row));
        return times.isEmpty() ? text : QStringLiteral("%1, %2").arg(text, times);
    }
    case Qt::ToolTipRole: return plainToolTip(ProblemText::details(row.newest));
    case MeaningRole: return QVariant::fromValue(Words::meaningOf(row.newest.outcome));
    case TimesRole: return times;
    default: return {};
    }
}

QVariant ProblemModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Time ? tr("Time") : tr("What happened");
}

namespace {

constexpr int markSize = 12;
constexpr int gap = 10; ///< Between mark, time and words.
constexpr int leastBeside = 4; ///< Rows, however few endpoints they stand beside.

class ProblemDelegate : public CardDelegate
{
public:
    using CardDelegate::CardDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QStyleOptionViewItem cell = paintGround(*painter, option, index);
        const Colours colours = coloursOf(cell.palette);
        const bool filled = isFilled(cell.state);
        const QColor on = cell.palette.color(QPalette::HighlightedText);
        if (index.column() == ProblemModel::Time) {
            QRect room = cell.rect.adjusted(metrics::edge, 0, 0, 0);
            const auto meaning = index.data(ProblemModel::MeaningRole).value<Meaning>();
            const QRectF mark(room.left(), room.top() + (room.height() - markSize) / 2.0, markSize, markSize);
            drawMark(*painter, markOf(meaning), mark, filled ? on : colours.of(meaning).mark);
            room.setLeft(room.left() + markSize + gap);
            paintLine(*painter, room, Qt::AlignLeft | Qt::AlignVCenter, cell.font, filled ? on : colours.text3, index.data().toString());
            return;
        }
        QRect room = cell.rect.adjusted(0, 0, -metrics::edge, 0);
        if (const QString times = index.data(ProblemModel::TimesRole).toString(); !times.isEmpty()) {
            const QFont small = metrics::caption(cell.font);
            paintLine(*painter, room, Qt::AlignRight | Qt::AlignVCenter, small, filled ? on : colours.text3, times);
            room.setRight(room.right() - QFontMetrics(small).horizontalAdvance(times) - metrics::edge);
        }
        paintLine(*painter, room, Qt::AlignLeft | Qt::AlignVCenter, cell.font, filled ? on : colours.text, index.data().toString());
    }
};

} // namespace

ProblemTable::ProblemTable(QWidget *parent)
    : CardTable(tokens::size::row, parent)
{
    setAccessibleName(tr("Last problems"));
    setAccessibleDescription(tr("Enter shows the request."));
    setModel(&m_model);
    setItemDelegate(new ProblemDelegate(this));
    viewport()->setCursor(Qt::PointingHandCursor);
    connect(this, &QAbstractItemView::clicked, this, [this](const QModelIndex &index) { Q_EMIT exchangeChosen(m_model.keyAt(index.row())); });
    setEmptyText(tr("None in this time. Requests that failed, or that were repaired, are listed here."));
    measureColumns();
}

void ProblemTable::setProblems(const QList<ExchangeRecord> &newestFirst, const QDateTime &now)
{
    m_model.setProblems(newestFirst, now);
    measureColumns();
    viewport()->update();
}

void ProblemTable::fill(int height)
{
    const int row = verticalHeader()->defaultSectionSize();
    const int lines = 2 * frameWidth();
    const int least = std::max(height, leastBeside * row + lines);
    m_model.setMostRows((least - lines) / row);
    setLeastHeight(least);
}

void ProblemTable::fit(int height)
{
    const qsizetype rows = (height - 2 * frameWidth()) / verticalHeader()->defaultSectionSize();
    m_model.setMostRows(std::clamp(rows, ProblemModel::leastRows, ProblemModel::usualRows));
    setLeastHeight(0);
}

void ProblemTable::keyPressEvent(QKeyEvent *event)
{
    // Not by activated(): with some styles a click activates too, and would count twice.
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (!enter || !currentIndex().isValid()) {
        CardTable::keyPressEvent(event);
        return;
    }
    Q_EMIT exchangeChosen(m_model.keyAt(currentIndex().row()));
}

void ProblemTable::measureColumns()
{
    int width = 0;
    for (int row = 0; row < m_model.rowCount(); ++row)
        width = std::max(width, fontMetrics().horizontalAdvance(m_model.index(row, ProblemModel::Time).data().toString()));
    setColumnWidth(ProblemModel::Time, metrics::edge + markSize + gap + width + gap);
    setColumnWidth(ProblemModel::What, std::max(0, viewport()->width() - columnWidth(ProblemModel::Time)));
}

void ProblemTable::resizeEvent(QResizeEvent *event)
{
    CardTable::resizeEvent(event);
    measureColumns();
}

void ProblemTable::changeEvent(QEvent *event)
{
    CardTable::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        measureColumns();
}

} // namespace qcc
