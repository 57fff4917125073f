#pragma once

#include "ui/widgets/theme.h"

#include <QHash>
#include <QString>
#include <QStringList>

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

    /// Of a test with a message.
    struct Message {
        QString path;
        QString model;         ///< As it was asked for; empty where none was.
        QString answeredModel; ///< Empty where it does not say.
        QString words;         ///< The beginning of the answer.
        std::optional<qint64> inputTokens, outputTokens;

        bool operator==(const Message &) const = default;
    };
    std::optional<Message> message;

    bool operator==(const ProbeReport &) const = default;
};

/// From one object as core/report/recordsjson.h writes it.
ProbeReport probeReport(const QJsonObject &probe);

/// How an endpoint is tested. Models: by the list of its models, which costs nothing. Message: by a message, which costs about a token.
enum class TestKind { Models, Message };

/// "HTTP 200 in 412 ms · connect 38 ms, TLS 61 ms", of a message "answered in 1.2 s: Hello", or why not: "the key was refused (HTTP 401)".
QString lineOf(const ProbeReport &report);
/// All that is known, in several lines.
QString detailsOf(const ProbeReport &report);
Meaning meaningOf(const ProbeReport &report);
/// What the user can do about it, as a sentence; empty where nothing is wrong, or nobody knows.
QString nextStepOf(const ProbeReport &report);

/// What is known of tests: which are under way, and what the finished ones found.
class TestRound
{
public:
    struct Finding {
        Meaning meaning = Meaning::Neutral;
        QString line;
        QString details;
        std::optional<double> firstByteMs = {}; ///< Where it did well.
        QString nextStep = {};
        bool keyRefused = false;
        bool operator==(const Finding &) const = default;
    };

    /// Tests of the endpoints `ids` of `cluster` were asked for; what they found before is forgotten.
    /// Those that run in the same cluster go on.
    void begin(const QString &cluster, const QStringList &ids);
    void take(const ProbeReport &report);
    /// No test of `id` could be made; an empty one stands for all that are under way.
    void fail(const QString &cluster, const QString &id, const QString &why);
    void cancel() { m_waiting.clear(); }
    /// The endpoints of the cluster being tested are `ids` now: what else was under way will not be answered.
    void keepOnly(const QStringList &ids);

    bool isRunning() const { return !m_waiting.isEmpty(); }
    QString cluster() const { return m_cluster; }
    int total() const { return m_total; }
    int answered() const { return m_total - static_cast<int>(m_waiting.size()); }
    bool waitsFor(const QString &cluster, const QString &id) const { return cluster == m_cluster && m_waiting.contains(id); }
    /// Null where nothing is known.
    const Finding *finding(const QString &cluster, const QString &id) const;

private:
    void settle(const QString &cluster, const QString &id, const Finding &finding);

    QString m_cluster;
    QStringList m_waiting;
    int m_total = 0;
    QHash<std::pair<QString, QString>, Finding> m_findings;
};

} // namespace qcc
