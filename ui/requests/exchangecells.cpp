// What the cells of the table say: the half of ExchangesModel that views ask.
#include "ui/requests/exchangesmodel.h"

#include "ui/model/coretext.h"
#include "ui/model/exchangetext.h"
#include "ui/model/words.h"
#include "ui/requests/exchangerow.h"
#include "ui/widgets/plaintext.h"

#include <QLocale>

namespace qcc {

namespace {

QString orNone(const QString &text)
{
    return text.isEmpty() ? Words::none() : text;
}

QList<Chip> chipsOf(const ExchangeRow &row)
{
    return row.finished() ? chipsOf(*row.finished()) : chipsOf(*row.running());
}

Meaning meaningOf(const ExchangeRow &row)
{
    return row.finished() ? Words::meaningOf(row.finished()->outcome) : Meaning::Neutral;
}

} // namespace

QVariant ExchangesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ExchangeRow &row = at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(row, index.column());
    case Qt::ToolTipRole: return plainToolTip(toolTip(row, index.column()));
    case Qt::TextAlignmentRole:
        return headerData(index.column(), Qt::Horizontal, role);
    case ChipsRole:
        return QVariant::fromValue(chipsOf(row));
    case MarkRole:
        return static_cast<int>(row.running() ? Mark::Play : markOf(meaningOf(row)));
    case MeaningRole:
        return QVariant::fromValue(meaningOf(row));
    default:
        return {};
    }
}

QVariant ExchangesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    switch (role) {
    case Qt::DisplayRole: return heading(section);
    case Qt::ToolTipRole: return plainToolTip(section == Tokens ? tr("Tokens that the request took and the answer gave") : QString());
    case Qt::TextAlignmentRole: {
        const bool isNumber = section == FirstByte || section == Total || section == Tokens;
        return QVariant::fromValue(Qt::Alignment(isNumber ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter));
    }
    default: return {};
    }
}

QString ExchangesModel::heading(int section)
{
    switch (section) {
    case Time: return tr("Time");
    case Client: return tr("Client");
    case Model: return tr("Model");
    case Attempts: return tr("Attempts");
    case FirstByte: return tr("First byte");
    case Total: return tr("Total");
    case Tokens: return tr("Tokens");
    case State: return tr("Outcome");
    default: return {};
    }
}

QString ExchangesModel::text(const ExchangeRow &row, int column) const
{
    if (column == Attempts)
        return orNone(inWords(chipsOf(row)));
    return row.finished() ? text(*row.finished(), column) : text(*row.running(), column);
}

QString ExchangesModel::text(const RunningView &exchange, int column) const
{
    switch (column) {
    case Time: return Words::timeOfDay(exchange.startedAt, QDateTime::currentDateTimeUtc());
    case Client: return orNone(exchange.client);
    case Model: return orNone(exchange.model);
    case FirstByte: return Words::durationOrNone(exchange.firstByteMs);
    case Total: return Words::duration(ageOf(exchange));
    case State: return capitalized(RunningWords::of(exchange.state));
    default: return Words::none();
    }
}

QString ExchangesModel::text(const ExchangeRecord &exchange, int column)
{
    switch (column) {
    case Time: return Words::timeOfDay(exchange.startedAt, QDateTime::currentDateTimeUtc());
    case Client: return orNone(exchange.client);
    case Model: return orNone(exchange.model);
    case FirstByte: return Words::durationOrNone(exchange.firstByteMs);
    case Total: return Words::duration(exchange.totalMs);
    case Tokens: return ExchangeText::tokens(exchange.inputTokens, exchange.outputTokens);
    case State: return capitalized(Words::of(exchange.outcome));
    default: return Words::none();
    }
}

QString ExchangesModel::toolTip(const ExchangeRow &row, int column)
{
    if (const RunningView *running = row.running()) {
        switch (column) {
        case Time: return tr("%1, started %2", "id, date and time").arg(running->id(), QLocale().toString(running->startedAt.toLocalTime(), QLocale::ShortFormat));
        case Client: return running->client;
        case Model: return running->model;
        case Attempts: return inWords(chipsOf(row));
        case State: return RunningWords::explained(running->state);
        default: return {};
        }
    }
    const ExchangeRecord &finished = *row.finished();
    switch (column) {
    case Time: return tr("%1, started %2", "id, date and time")
                          .arg(finished.id(), QLocale().toString(finished.startedAt.toLocalTime(), QLocale::ShortFormat));
    case Client: return finished.client;
    case Model: return finished.model;
    case Attempts: return attemptsInLines(finished);
    case State: return inUsersLanguage(finished.error);
    default: return {};
    }
}

} // namespace qcc
