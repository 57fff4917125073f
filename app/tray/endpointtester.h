#pragma once

#include "core/base/result.h"

#include <QJsonObject>
#include <QObject>
#include <QString>

namespace qcc {

class ControlClient;

/// What went wrong and what to do, as sentences for the screen. The step is one of the desktop's where core names a command.
QString failureText(const Failure &failure);

/// Has the running proxy test endpoints, each on a line of its own, so that a slow one holds up neither the others nor any command.
/// Thread: the GUI thread.
class EndpointTester : public QObject
{
    Q_OBJECT

public:
    explicit EndpointTester(QString socketName, QObject *parent = nullptr);

    /// `withMessage`: by a real request, which costs about a token. tested or failed follows, unless cancel() comes first.
    void test(const QString &cluster, const QString &endpointId, bool withMessage = false);
    /// Nothing follows any more for the tests that are under way.
    void cancel();

Q_SIGNALS:
    /// `probe` as probeJson() tells it.
    void tested(const QJsonObject &probe);
    void failed(const QString &cluster, const QString &endpointId, const qcc::Failure &failure);

private:
    QString m_socketName;
    QList<ControlClient *> m_underWay;
};

} // namespace qcc
