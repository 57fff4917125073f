#pragma once

#include "ui/model/proxyview.h"

#include <QCoreApplication>
#include <QList>
#include <QString>

namespace qcc {

/// How an endpoint is, in words: the same wherever it is shown.
class EndpointWords
{
    Q_DECLARE_TR_FUNCTIONS(EndpointWords)

public:
    /// "529 overloaded" of "HTTP 529 (overloaded_error: Overloaded)"; what is not known so stays as it is.
    static QString reason(const QString &error);
    /// "529 overloaded, 3 in a row"; of one that is well, its place among `line`: "first in line", "stands in for relay-c". `line`: all that are asked one
    /// after the other, by priority; empty where the cluster chooses otherwise. Of one that its own limits keep from more: that it is full.
    static QString note(const EndpointView &endpoint, const QList<EndpointView> &line);
    /// "priority 1, preferred".
    static QString place(const EndpointView &endpoint);
    /// Where it is, without what all have: "relay.example/api".
    static QString address(const EndpointView &endpoint);

    /// "stands in for relay-c"; empty: it is nobody's stand-in.
    static QString standIn(const EndpointView &endpoint, const QList<EndpointView> &line);

private:
    static QString turn(const EndpointView &endpoint, const QList<EndpointView> &line);
};

/// Whether it is wanted and fails: what the sentence names.
bool isMissing(const EndpointView &endpoint);

} // namespace qcc
