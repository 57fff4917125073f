#include "ui/clusters/probereport.h"

#include "ui/model/coretext.h"
#include "ui/model/words.h"

#include <QCoreApplication>
#include <QJsonObject>

#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

class ProbeText
{
    Q_DECLARE_TR_FUNCTIONS(ProbeText)
};

constexpr auto redirects = "the base URL redirects to "_L1;

std::optional<qint64> countIn(const QJsonObject &object, QLatin1StringView key)
{
    const QJsonValue value = object.value(key);
    return value.isDouble() ? std::optional(value.toInteger()) : std::nullopt;
}

std::optional<double> timeIn(const QJsonObject &probe, QLatin1StringView key)
{
    const QJsonValue value = probe.value(key);
    return value.isDouble() ? std::optional(value.toDouble()) : std::nullopt;
}

} // namespace

ProbeReport probeReport(const QJsonObject &probe)
{
    ProbeReport report;
    report.cluster = probe.value("cluster"_L1).toString();
    report.id = probe.value("id"_L1).toString();
    report.name = probe.value("name"_L1).toString();
    report.reachable = probe.value("reachable"_L1).toBool();
    report.status = probe.value("status"_L1).toInt();
    report.error = probe.value("error"_L1).toString();
    report.warning = probe.value("warning"_L1).toString();
    report.dnsMs = timeIn(probe, "dns_ms"_L1);
    report.connectMs = timeIn(probe, "connect_ms"_L1);
    report.tlsMs = timeIn(probe, "tls_ms"_L1);
    report.firstByteMs = timeIn(probe, "first_byte_ms"_L1);
    report.totalMs = probe.value("total_ms"_L1).toDouble();
    if (probe.contains("message"_L1)) {
        const QJsonObject message = probe.value("message"_L1).toObject();
        report.message = {message.value("path"_L1).toString(), message.value("model"_L1).toString(), message.value("answered_model"_L1).toString(),
                          message.value("words"_L1).toString(), countIn(message, "input_tokens"_L1), countIn(message, "output_tokens"_L1)};
    }
    return report;
}

QString lineOf(const ProbeReport &report)
{
    if (!report.reachable)
        return report.error.isEmpty() ? ProbeText::tr("no answer") : inUsersLanguage(report.error);
    if (report.message) {
        const QString time = ProbeText::tr("answered in %1").arg(Words::duration(report.totalMs));
        return report.message->words.isEmpty() ? time : ProbeText::tr("%1: %2", "answered in 1.2 s, words").arg(time, report.message->words);
    }
    const QString answer = ProbeText::tr("HTTP %1 in %2").arg(report.status).arg(Words::duration(report.totalMs));
    if (!report.warning.isEmpty())
        return ProbeText::tr("%1 · look at the base URL", "answer").arg(answer);
    if (!report.connectMs)
        return answer;
    const QString connect = ProbeText::tr("connect %1").arg(Words::duration(*report.connectMs));
    if (!report.tlsMs)
        return ProbeText::tr("%1 · %2", "answer, times").arg(answer, connect);
    return ProbeText::tr("%1 · %2, TLS %3", "answer, connect, TLS time").arg(answer, connect, Words::duration(*report.tlsMs));
}

QString detailsOf(const ProbeReport &report)
{
    QStringList lines{lineOf(report)};
    const auto tell = [&lines](const QString &what, const std::optional<double> &ms) {
        if (ms)
            lines << what.arg(Words::duration(*ms));
    };
    tell(ProbeText::tr("Host looked up: %1"), report.dnsMs);
    tell(ProbeText::tr("Connected: %1"), report.connectMs);
    tell(ProbeText::tr("TLS handshake: %1"), report.tlsMs);
    tell(ProbeText::tr("First byte after: %1"), report.firstByteMs);
    tell(ProbeText::tr("All in all: %1"), report.totalMs);
    if (report.message && !report.message->model.isEmpty()) {
        const ProbeReport::Message &message = *report.message;
        lines << ProbeText::tr("Asked: %1 at %2", "model, path").arg(message.model, message.path);
        if (!message.answeredModel.isEmpty() && message.answeredModel != message.model)
            lines << ProbeText::tr("Answered by: %1", "model").arg(message.answeredModel);
        if (message.inputTokens && message.outputTokens)
            lines << ProbeText::tr("Tokens: %1 in, %2 out").arg(*message.inputTokens).arg(*message.outputTokens);
    }
    return lines.join(u'\n');
}

Meaning meaningOf(const ProbeReport &report)
{
    if (!report.reachable)
        return Meaning::Failure;
    // Reachable, and yet not content with the question: 404 and its kind.
    return report.status >= 400 ? Meaning::Warning : Meaning::Success;
}

QString nextStepOf(const ProbeReport &report)
{
    const QString &error = report.error;
    if (meaningOf(report) == Meaning::Warning || !report.warning.isEmpty() || error.startsWith(redirects) || error.startsWith("the host was not found"_L1)
        || error.startsWith("no API answers"_L1))
        return ProbeText::tr("Check the base URL.");
    if (report.reachable)
        return {};
    if (report.status == 401 || report.status == 403 || error.startsWith("its key "_L1) || error.startsWith("what its key program "_L1))
        return ProbeText::tr("Check the key.");
    if (error.startsWith("no way through the proxy"_L1))
        return ProbeText::tr("Check the proxy under More.");
    if (error.startsWith("no TLS connection:"_L1))
        return ProbeText::tr("Check the CA file under More, or the base URL.");
    return ProbeText::tr("Test it again later, or check the base URL.");
}

void TestRound::begin(const QString &cluster, const QStringList &ids)
{
    if (cluster != m_cluster || !isRunning()) {
        m_cluster = cluster;
        m_waiting.clear();
        m_total = 0;
    }
    m_waiting += ids;
    m_total += static_cast<int>(ids.size());
    for (const QString &id : ids)
        m_findings.remove({cluster, id});
}

void TestRound::take(const ProbeReport &report)
{
    settle(report.cluster, report.id,
           {meaningOf(report), lineOf(report), detailsOf(report), report.reachable ? report.firstByteMs : std::nullopt, nextStepOf(report),
            !report.reachable && report.status == 401});
}

void TestRound::fail(const QString &cluster, const QString &id, const QString &why)
{
    const Finding finding{Meaning::Failure, why, why};
    if (!id.isEmpty()) {
        settle(cluster, id, finding);
        return;
    }
    if (cluster != m_cluster)
        return;
    for (const QString &waiting : std::exchange(m_waiting, {}))
        m_findings.insert({cluster, waiting}, finding);
}

void TestRound::keepOnly(const QStringList &ids)
{
    const auto gone = m_waiting.removeIf([&ids](const QString &id) { return !ids.contains(id); });
    m_total -= static_cast<int>(gone);
}

const TestRound::Finding *TestRound::finding(const QString &cluster, const QString &id) const
{
    const auto found = m_findings.constFind({cluster, id});
    return found == m_findings.constEnd() ? nullptr : &*found;
}

void TestRound::settle(const QString &cluster, const QString &id, const Finding &finding)
{
    m_findings.insert({cluster, id}, finding);
    // Two endpoints with the same address and key share an id, and are answered for one after the other.
    if (cluster == m_cluster)
        m_waiting.removeOne(id);
}

} // namespace qcc
