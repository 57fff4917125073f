#include "ui/overview/problemtable.h"

#include "ui/model/words.h"
#include "ui/overview/tableparts.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLocale>
#include <QStringList>

#include <algorithm>

namespace qcc {

namespace {

constexpr int overloaded = 529; // Source: Anthropic's API documentation, "Errors".
constexpr int unavailable = 503;

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
    QString words = Words::of(attempt.failure);
    if (attempt.status == overloaded || attempt.upstreamError.startsWith(QStringLiteral("overloaded")))
        words = tr("overloaded", "attempt");
    else if (attempt.status == unavailable && attempt.failure == FailureClass::Transient)
        words = tr("unavailable", "attempt");
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
        return tr("%1: %2", "how it ended, why").arg(endOf(exchange), exchange.error);
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
        for (const QString &said : {attempt.error, attempt.upstreamError}) {
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
    const QList<ExchangeRecord> newer = newestFirst.first(std::min(newestFirst.size(), limit));
    const bool otherDay = m_now.toLocalTime().date() != now.toLocalTime().date();
    m_now = now;
    if (const qsizetype kept = overlap(newer); kept > 0) {
        // The usual case: some came on top, as many fell off. What is selected stays so.
        if (kept < m_problems.size()) {
            beginRemoveRows({}, static_cast<int>(kept), static_cast<int>(m_problems.size() - 1));
            m_problems.resize(kept);
            endRemoveRows();
        }
        if (kept < newer.size()) {
            beginInsertRows({}, 0, static_cast<int>(newer.size() - kept - 1));
            m_problems = newer;
            endInsertRows();
        }
    } else if (!m_problems.isEmpty() || !newer.isEmpty()) {
        beginResetModel();
        m_problems = newer;
        endResetModel();
    }
    if (otherDay && !m_problems.isEmpty())
        Q_EMIT dataChanged(index(0, Time), index(rowCount() - 1, Time));
}

/// How many of the first known ones are the last of the newer ones.
qsizetype ProblemModel::overlap(const QList<ExchangeRecord> &newer) const
{
    if (m_problems.isEmpty())
        return 0;
    const auto isFirst = [this](const ExchangeRecord &one) { return isSame(one, m_problems.constFirst()); };
    const auto first = std::ranges::find_if(newer, isFirst);
    const qsizetype kept = newer.end() - first;
    return kept <= m_problems.size() && std::equal(first, newer.end(), m_problems.begin(), isSame) ? kept : 0;
}

int ProblemModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_problems.size());
}

int ProblemModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ProblemModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const ExchangeRecord &exchange = m_problems.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == Time ? Words::timeOfDay(exchange.startedAt, m_now) : ProblemText::of(exchange);
    case Qt::AccessibleTextRole:
        return index.column() == Time
            ? Words::timeOfDay(exchange.startedAt, m_now)
            : QStringLiteral("%1: %2").arg(Words::of(exchange.outcome), ProblemText::of(exchange));
    case Qt::ToolTipRole: return plainToolTip(ProblemText::details(exchange));
    case MeaningRole:
        return QVariant::fromValue(Words::meaningOf(exchange.outcome));
    default:
        return {};
    }
}

QVariant ProblemModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Time ? tr("Time") : tr("What happened");
}

ProblemTable::ProblemTable(QWidget *parent)
    : FullTable(parent)
{
    setAccessibleName(tr("Last problems"));
    setAccessibleDescription(tr("Enter shows the request."));
    setModel(&m_model);
    setItemDelegateForColumn(ProblemModel::Time, new MarkDelegate(this));
    horizontalHeader()->hide();
    horizontalHeader()->setSectionResizeMode(ProblemModel::What, QHeaderView::Stretch);
    viewport()->setCursor(Qt::PointingHandCursor);
    connect(this, &QAbstractItemView::clicked, this,
            [this](const QModelIndex &index) { Q_EMIT exchangeChosen(m_model.keyAt(index.row())); });
    measureColumns();
}

void ProblemTable::setProblems(const QList<ExchangeRecord> &newestFirst, const QDateTime &now)
{
    m_model.setProblems(newestFirst, now);
    measureColumns();
}

void ProblemTable::keyPressEvent(QKeyEvent *event)
{
    // Not by activated(): with some styles a click activates too, and would count twice.
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (!enter || !currentIndex().isValid()) {
        FullTable::keyPressEvent(event);
        return;
    }
    Q_EMIT exchangeChosen(m_model.keyAt(currentIndex().row()));
}

void ProblemTable::measureColumns()
{
    int width = 0;
    for (int row = 0; row < m_model.rowCount(); ++row)
        width = std::max(width, fontMetrics().horizontalAdvance(m_model.index(row, ProblemModel::Time).data().toString()));
    setColumnWidth(ProblemModel::Time, MarkDelegate::markWidth(fontMetrics()) + width + metrics::edge);
}

void ProblemTable::changeEvent(QEvent *event)
{
    FullTable::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        measureColumns();
}

} // namespace qcc
