#pragma once

#include "core/facts/livefigures.h"

#include <QByteArray>
#include <QHash>
#include <QObject>
#include <QPointer>
#include <QSet>

#include <functional>

namespace qcc {

/// An answer of qcc's own, under /__qcc__/.
struct LocalAnswer {
    int status = 200;
    QByteArray contentType = "application/json";
    QByteArray body;
};

/// A worker's window to the control plane: questions go out, answers and live events come in, as values. Nothing here changes state.
/// Thread: its worker's; the signals and slots cross to the core thread by queued connections.
class LocalPages : public QObject
{
    Q_OBJECT

public:
    static constexpr QByteArrayView prefix = "/__qcc__/";

    using QObject::QObject;

    /// The answer where `method` finds no page.
    static LocalAnswer noSuchPage(const QByteArray &method);

    /// `done` is called once, unless `owner` is gone by then.
    void ask(LocalPage page, const QByteArray &query, QObject *owner, std::function<void(const LocalAnswer &)> done);
    /// `each` is called with every event, as an SSE text, until `owner` is gone.
    void subscribe(QObject *owner, std::function<void(const QByteArray &)> each);

public Q_SLOTS:
    void answer(quint64 question, const qcc::LocalAnswer &answer);
    void event(const QByteArray &text);

Q_SIGNALS:
    void asked(quint64 question, qcc::LocalPage page, const QByteArray &query);
    void subscribersChanged(int count);

private:
    struct Pending {
        QPointer<QObject> owner;
        std::function<void(const LocalAnswer &)> done;
    };
    quint64 m_last = 0;
    QHash<quint64, Pending> m_pending;
    QHash<QObject *, std::function<void(const QByteArray &)>> m_subscribers;
};

} // namespace qcc
