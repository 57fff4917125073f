#include "app/tray/historyfeed.h"

#include "core/history/historyreader.h"
#include "core/report/recordsjson.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QSaveFile>

namespace qcc {

namespace {

constexpr qsizetype pageSize = 500;
constexpr qint64 progressMs = 250;

} // namespace

void HistoryFeed::find(int question, const HistoryQuery &query)
{
    // Opened anew each time: a file that was cleared or set aside meanwhile is another one.
    HistoryReader reader(m_path);
    if (const Result<void> opened = reader.open(); !opened) {
        if (opened.error().code == ErrorCode::NotFound)
            Q_EMIT found(question, {{}, false, 0, HistoryCounts()});
        else
            Q_EMIT failed(question, opened.error().message);
        return;
    }
    const Result<HistoryPage> page = reader.page(query);
    if (page)
        Q_EMIT found(question, *page);
    else
        Q_EMIT failed(question, page.error().message);
}

void HistoryFeed::startExport(const QString &path, const HistoryQuery &query, const ExchangeTest &wanted)
{
    // Not when it begins: until then it may have been cancelled.
    m_cancelled = false;
    QMetaObject::invokeMethod(this, [this, path, query, wanted] { exportTo(path, query, wanted); }, Qt::QueuedConnection);
}

void HistoryFeed::exportTo(const QString &path, HistoryQuery query, const ExchangeTest &wanted)
{
    HistoryReader reader(m_path);
    if (const Result<void> opened = reader.open(); !opened) {
        Q_EMIT exportFailed(opened.error().message);
        return;
    }
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) {
        Q_EMIT exportFailed(file.errorString());
        return;
    }
    // As history.db: who asked when for what is its owner's business.
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    const bool json = path.endsWith(QStringLiteral(".json"), Qt::CaseInsensitive);
    // Spreadsheets take a file without this sign for one in the system's own encoding.
    file.write(json ? QByteArray("{\"requests\":[") : "\xEF\xBB\xBF" + csvHeading().toUtf8() + "\r\n");
    QElapsedTimer told;
    told.start();
    qint64 written = 0;
    query.limit = pageSize;
    for (bool more = true; more;) {
        const Result<HistoryPage> page = reader.page(query);
        if (!page) {
            Q_EMIT exportFailed(page.error().message);
            return;
        }
        for (const KeptExchange &kept : page->exchanges) {
            if (!wanted(kept.record))
                continue;
            if (json)
                file.write((written == 0 ? "\n" : ",\n") + QJsonDocument(keptJson(kept)).toJson(QJsonDocument::Compact));
            else
                file.write(csvLine(kept).toUtf8() + "\r\n");
            ++written;
        }
        if (m_cancelled) {
            file.cancelWriting();
            Q_EMIT exported(-1, path);
            return;
        }
        if (told.hasExpired(progressMs)) {
            told.start();
            Q_EMIT exportGoes(written);
        }
        more = page->hasMore && !page->exchanges.isEmpty();
        if (more)
            query.beyond = page->exchanges.constLast().id;
    }
    if (json)
        file.write("\n]}\n");
    if (file.commit())
        Q_EMIT exported(written, path);
    else
        Q_EMIT exportFailed(file.errorString());
}

} // namespace qcc
