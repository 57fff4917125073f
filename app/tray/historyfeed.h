#pragma once

#include "core/facts/historyquery.h"

#include <QObject>
#include <QString>

#include <atomic>

namespace qcc {

/// Reads history.db for the window, whoever writes it, and writes what is found to files.
/// Thread: one of its own, but for startExport() and cancelExport(), which belong to the one that shows it. Not that of the core, where requests are
/// counted meanwhile.
class HistoryFeed : public QObject
{
    Q_OBJECT

public:
    explicit HistoryFeed(QString path) : m_path(std::move(path)) { }

    /// found or failed follows, with the same `question`. No file is an empty one.
    void find(int question, const HistoryQuery &query);
    /// Of all that `query` finds that which is `wanted`, the newest first: as JSON where `path` ends so, else as CSV. exportGoes any number of times, then
    /// exported or exportFailed. What was there stays until all is written.
    void startExport(const QString &path, const HistoryQuery &query, const ExchangeTest &wanted);
    /// Of the one that was started last, whether it has begun or not.
    void cancelExport() { m_cancelled = true; }

Q_SIGNALS:
    void found(int question, const qcc::HistoryPage &page);
    void failed(int question, const QString &why);
    void exportGoes(qint64 written);
    /// `written` -1: it was cancelled, and nothing was written.
    void exported(qint64 written, const QString &path);
    void exportFailed(const QString &why);

private:
    void exportTo(const QString &path, HistoryQuery query, const ExchangeTest &wanted);

    QString m_path;
    std::atomic<bool> m_cancelled = false;
};

} // namespace qcc
