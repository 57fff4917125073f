#pragma once

#include "ui/widgets/colours.h"

#include <QString>

#include <optional>

class QJsonObject;

namespace qcc {

/// What a test of an endpoint found, as it is shown.
struct ProbeReport {
    QString cluster;
    QString id;
    QString name;
    bool reachable = false;
    int status = 0;       ///< 0: no answer came.
    QString error;        ///< In English, as core tells it; empty when reachable.
    QString warning;      ///< Likewise: what is probably wrong with its base URL although it is reachable.
    std::optional<double> dnsMs, connectMs, tlsMs, firstByteMs;
    double totalMs = 0;

    bool operator==(const ProbeReport &) const = default;
};

/// From one object as core/report/probejson.h writes it.
ProbeReport probeReport(const QJsonObject &probe);

/// "HTTP 200 in 412 ms · connect 38 ms, TLS 61 ms", or why not: "the key was refused (HTTP 401)".
QString lineOf(const ProbeReport &report);
/// All that is known, in several lines.
QString detailsOf(const ProbeReport &report);
Meaning meaningOf(const ProbeReport &report);
/// A reason in the user's language, where core's English one is known.
QString translatedReason(const QString &reason);

} // namespace qcc
