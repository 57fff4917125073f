#include "ui/window/findingwords.h"

#include "ui/model/coretext.h"
#include "ui/model/words.h"

#include <QRegularExpression>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Those of QCC_FINDINGS, which the translators' tool does not look into; looked up by their English text.
constexpr const char *patterns[] = {
    QT_TRANSLATE_NOOP("Finding", "%1"),
    QT_TRANSLATE_NOOP("Finding", "%1 is good. Clusters: %2, endpoints: %3."),
    QT_TRANSLATE_NOOP("Finding", "There is no %1 yet, so that every setting has its default."),
    QT_TRANSLATE_NOOP("Finding", "The first endpoint that you add makes it."),
    QT_TRANSLATE_NOOP("Finding", "Mend it in an editor; `qcc config check` looks at it again."),
    QT_TRANSLATE_NOOP("Finding", "%2"),
    QT_TRANSLATE_NOOP("Finding", "What holds keys is for you alone: %1."),
    QT_TRANSLATE_NOOP("Finding", "Others may read or change %1, which holds keys."),
    QT_TRANSLATE_NOOP("Finding", "chmod go= %2"),
    QT_TRANSLATE_NOOP("Finding", "The active cluster is \"%1\". Enabled endpoints: %2."),
    QT_TRANSLATE_NOOP("Finding", "No endpoint is set up, so that nobody can answer a request."),
    QT_TRANSLATE_NOOP("Finding", "`qcc import` takes over those of other programs, `qcc endpoint add work --base-url URL --api-key-stdin` adds one, `qcc demo` needs none."),
    QT_TRANSLATE_NOOP("Finding", "No cluster is active."),
    QT_TRANSLATE_NOOP("Finding", "qcc cluster use NAME"),
    QT_TRANSLATE_NOOP("Finding", "No endpoint of the active cluster \"%1\" is enabled."),
    QT_TRANSLATE_NOOP("Finding", "qcc endpoint enable %1 NAME"),
    QT_TRANSLATE_NOOP("Finding", "Which endpoints there are is not known, because config.json cannot be used."),
    QT_TRANSLATE_NOOP("Finding", "qcc answers at %1 (process %2)."),
    QT_TRANSLATE_NOOP("Finding", "qcc listens at %1, but config.json says %2."),
    QT_TRANSLATE_NOOP("Finding", "qcc proxy restart --port %3"),
    QT_TRANSLATE_NOOP("Finding", "qcc runs (process %2), but a request to %1 fails: %3."),
    QT_TRANSLATE_NOOP("Finding", "qcc proxy restart --force"),
    QT_TRANSLATE_NOOP("Finding", "Threads of qcc that hang: %1."),
    QT_TRANSLATE_NOOP("Finding", "qcc proxy restart"),
    QT_TRANSLATE_NOOP("Finding", "qcc is stopping."),
    QT_TRANSLATE_NOOP("Finding", "`qcc proxy start`, once it has stopped."),
    QT_TRANSLATE_NOOP("Finding", "qcc runs (process %1), but does not answer commands."),
    QT_TRANSLATE_NOOP("Finding", "`qcc proxy restart --force` ends it, with the requests that run there, and starts a new one."),
    QT_TRANSLATE_NOOP("Finding", "qcc does not run: nothing answers at %1."),
    QT_TRANSLATE_NOOP("Finding", "qcc proxy start"),
    QT_TRANSLATE_NOOP("Finding", "qcc does not run, and %2 has its port (%1)."),
    QT_TRANSLATE_NOOP("Finding", "End that program, or choose another port: `qcc proxy start --port N`, or listen.port in config.json."),
    QT_TRANSLATE_NOOP("Finding", "A qcc with another home folder (process %2) has the port of this one (%1)."),
    QT_TRANSLATE_NOOP("Finding", "Stop that one, or choose another port: `qcc proxy start --port N`, or listen.port in config.json."),
    QT_TRANSLATE_NOOP("Finding", "Whether qcc runs was not looked at."),
    QT_TRANSLATE_NOOP("Finding", "No proxy of the environment takes what clients send to %1."),
    QT_TRANSLATE_NOOP("Finding", "By the environment, clients send what is for %1 to the proxy %2."),
    QT_TRANSLATE_NOOP("Finding", "export no_proxy=%3"),
    QT_TRANSLATE_NOOP("Finding", "What %1 says is no proxy, and counts for nothing."),
    QT_TRANSLATE_NOOP("Finding", "It has the form http://host:port or socks5://host:port."),
    QT_TRANSLATE_NOOP("Finding", "qcc goes to its endpoints without a proxy."),
    QT_TRANSLATE_NOOP("Finding", "The proxy %1 leads to %2."),
    QT_TRANSLATE_NOOP("Finding", "%2 cannot be reached: %3."),
    QT_TRANSLATE_NOOP("Finding", "Start or mend the proxy %1; or `qcc endpoint edit CLUSTER ENDPOINT --proxy none` has an endpoint go without."),
    QT_TRANSLATE_NOOP("Finding", "Nobody was asked by way of the proxy %1."),
    QT_TRANSLATE_NOOP("Finding", "%1 is %2 (%3 ms)."),
    QT_TRANSLATE_NOOP("Finding", "The proxy %2 looks up %1."),
    QT_TRANSLATE_NOOP("Finding", "%1: %2."),
    QT_TRANSLATE_NOOP("Finding", "Look for a slip in the base URL (`qcc endpoint edit %3 %4 --base-url URL`), else at this computer's network and DNS."),
    QT_TRANSLATE_NOOP("Finding", "This computer has no network."),
    QT_TRANSLATE_NOOP("Finding", "Connect it; nothing is held against the endpoints meanwhile."),
    QT_TRANSLATE_NOOP("Finding", "%1 takes connections (%2 ms)."),
    QT_TRANSLATE_NOOP("Finding", "Check the address (`qcc endpoint edit %3 %4 --base-url URL`), and whether a firewall is in the way."),
    QT_TRANSLATE_NOOP("Finding", "%3"),
    QT_TRANSLATE_NOOP("Finding", "See what is said of the proxy above."),
    QT_TRANSLATE_NOOP("Finding", "The demo does not run."),
    QT_TRANSLATE_NOOP("Finding", "`qcc demo` starts it, `qcc cluster remove demo` forgets it."),
    QT_TRANSLATE_NOOP("Finding", "The certificate of %1 is good (%2 ms)."),
    QT_TRANSLATE_NOOP("Finding", "Ask the endpoint's operator, or whoever runs the network: something may stand between."),
    QT_TRANSLATE_NOOP("Finding", "The endpoint answers HTTP %1 and takes the key (%2 ms)."),
    QT_TRANSLATE_NOOP("Finding", "The endpoint answers HTTP %1 without a key (%2 ms)."),
    QT_TRANSLATE_NOOP("Finding", "%1."),
    QT_TRANSLATE_NOOP("Finding", "`qcc endpoint edit %2 %3 --api-key-stdin` sets another key."),
    QT_TRANSLATE_NOOP("Finding", "The endpoint is out of use: %1."),
    QT_TRANSLATE_NOOP("Finding", "`qcc endpoint edit %2 %3 --api-key-stdin` sets the key anew."),
    QT_TRANSLATE_NOOP("Finding", "The endpoint answers HTTP %1; the login that it takes is the client's own, which only the client sends."),
    QT_TRANSLATE_NOOP("Finding", "Send a message with the client itself; it is connected by `qcc client connect CLIENT --login keep`."),
    QT_TRANSLATE_NOOP("Finding", "The endpoint answers, but lists no models (HTTP %1), so that its key is not known to be good."),
    QT_TRANSLATE_NOOP("Finding", "`qcc endpoint test %2 %3 --message` sends it a real request, which costs about a token."),
    QT_TRANSLATE_NOOP("Finding", "The endpoint answers HTTP %1, and its base URL %2."),
    QT_TRANSLATE_NOOP("Finding", "qcc endpoint edit %3 %4 --base-url URL"),
    QT_TRANSLATE_NOOP("Finding", "The endpoint answers HTTP %1: it takes no more requests for now."),
    QT_TRANSLATE_NOOP("Finding", "Wait, or add an endpoint that stands in for it."),
    QT_TRANSLATE_NOOP("Finding", "The endpoint sends elsewhere (HTTP %1): the API does not live at its base URL."),
    QT_TRANSLATE_NOOP("Finding", "qcc endpoint edit %2 %3 --base-url URL"),
    QT_TRANSLATE_NOOP("Finding", "The endpoint answers HTTP %1."),
    QT_TRANSLATE_NOOP("Finding", "`qcc endpoint test %2 %3 --message` sends it a real request, which costs about a token, and shows what it says."),
    QT_TRANSLATE_NOOP("Finding", "Nothing to be done here: ask its operator. Until it is back, requests go to others of the cluster."),
    QT_TRANSLATE_NOOP("Finding", "The running proxy leaves the endpoint alone: %1."),
    QT_TRANSLATE_NOOP("Finding", "`qcc endpoint reset %2 %3` lets requests go there again."),
    QT_TRANSLATE_NOOP("Finding", "The endpoint was not reached."),
    QT_TRANSLATE_NOOP("Finding", "The endpoint was not asked."),
    QT_TRANSLATE_NOOP("Finding", "`qcc doctor` without --offline asks it."),
    QT_TRANSLATE_NOOP("Finding", "No time was left to ask the endpoint."),
    QT_TRANSLATE_NOOP("Finding", "qcc endpoint test %1 %2"),
    QT_TRANSLATE_NOOP("Finding", "This computer's clock agrees with that of %1."),
    QT_TRANSLATE_NOOP("Finding", "This computer's clock is %1 ahead of that of %2, so that certificates and pauses are misjudged."),
    QT_TRANSLATE_NOOP("Finding", "Have it set by the network: `timedatectl set-ntp true`, or in the system's settings."),
    QT_TRANSLATE_NOOP("Finding", "This computer's clock is %1 behind that of %2, so that certificates and pauses are misjudged."),
    QT_TRANSLATE_NOOP("Finding", "No endpoint has told the time."),
    QT_TRANSLATE_NOOP("Finding", "It asks this qcc: %1 in %2."),
    QT_TRANSLATE_NOOP("Finding", "It asks %1 in %2, and qcc speaks http, not https."),
    QT_TRANSLATE_NOOP("Finding", "Write %3 there."),
    QT_TRANSLATE_NOOP("Finding", "It asks %1 and not this qcc, by %2."),
    QT_TRANSLATE_NOOP("Finding", "Write %3 there, if it is to go through qcc."),
    QT_TRANSLATE_NOOP("Finding", "It asks its vendor and not this qcc: %1 names no address."),
    QT_TRANSLATE_NOOP("Finding", "No client is set to ask this qcc."),
    QT_TRANSLATE_NOOP("Finding", "Connect one: qcc client connect NAME; qcc client list shows who is there."),
    QT_TRANSLATE_NOOP("Finding", "No settings of a client were found for this user."),
    QT_TRANSLATE_NOOP("Finding", "Set its base URL to %1 (ANTHROPIC_BASE_URL=%1)."),
};

/// What core puts into their gaps.
[[maybe_unused]] constexpr const char *values[] = {
    QT_TRANSLATE_NOOP("Finding", "another program"),
    QT_TRANSLATE_NOOP("Finding", "127.0.0.1 and localhost"),
};

QString translated(const char *pattern)
{
    return QCoreApplication::translate("Finding", pattern);
}

/// "45 s", "12 min", "3 h", "2 days", as core tells how far a clock is off.
QString spanInUsersLanguage(const QString &span)
{
    static const QRegularExpression form(u"\\A(\\d+) (s|min|h|days)\\z"_s);
    const QRegularExpressionMatch match = form.match(span);
    const QString number = match.captured(1), unit = match.captured(2);
    if (unit == "s"_L1)
        return FindingWords::tr("%1 s", "length of time").arg(number);
    if (unit == "min"_L1)
        return FindingWords::tr("%1 min", "length of time").arg(number);
    if (unit == "h"_L1)
        return FindingWords::tr("%1 h", "length of time").arg(number);
    return unit.isEmpty() ? span : FindingWords::tr("%1 days", "length of time").arg(number);
}

Finding inUsersLanguage(Finding finding)
{
    for (QString &value : finding.values) {
        const QString own = translated(value.toUtf8().constData());
        value = own == value ? qcc::inUsersLanguage(value) : own;
    }
    if (finding.check == Check::Clock && !finding.values.isEmpty())
        finding.values.first() = spanInUsersLanguage(finding.values.constFirst());
    if (finding.kind == FindingKind::LeftAlone && !finding.values.isEmpty())
        finding.values.first() = Words::reason(finding.values.constFirst());
    return finding;
}

qsizetype countOf(Verdict verdict, const QList<Finding> &findings)
{
    return std::ranges::count(findings, verdict, [](const Finding &finding) { return verdictOf(finding.kind); });
}

} // namespace

QString FindingWords::sentence(const Finding &finding)
{
    return qcc::sentence(inUsersLanguage(finding), translated);
}

QString FindingWords::nextStep(const Finding &finding)
{
    const QString english = qcc::nextStep(finding);
    // Words of core as a whole, else they stand in what can be typed: names and paths, which no language may change.
    const QString step = finding.values.contains(english) ? qcc::inUsersLanguage(english) : qcc::nextStep(finding, translated);
    // In English, where only what is typed begins small: a program's name.
    return !english.isEmpty() && english.at(0).isLower() ? u'`' + step + u'`' : step;
}

QString FindingWords::heading(const Finding &finding)
{
    switch (finding.check) {
    case Check::Home:
    case Check::Config:
    case Check::Permissions:
    case Check::Endpoints: return tr("Configuration");
    case Check::Port: return u"qcc"_s;
    case Check::ClientProxy:
    case Check::Proxy: return tr("Proxies");
    case Check::Dns:
    case Check::Connection:
    case Check::Tls:
    case Check::Key:
    case Check::Answer: return tr("Endpoint %1").arg(finding.subject);
    case Check::Clock: return tr("This computer");
    case Check::Client: return tr("Clients");
    }
    Q_UNREACHABLE();
}

QString FindingWords::label(const Finding &finding)
{
    switch (finding.check) {
    case Check::Home: return tr("Folder");
    case Check::Config: return u"config.json"_s;
    case Check::Permissions: return tr("Permissions");
    case Check::Endpoints: return tr("Endpoints");
    case Check::Port: return tr("Port");
    case Check::ClientProxy: return tr("Clients");
    case Check::Proxy: return u"qcc"_s;
    case Check::Dns: return u"DNS"_s;
    case Check::Connection: return tr("Connection");
    case Check::Tls: return u"TLS"_s;
    case Check::Key: return tr("Key");
    case Check::Answer: return tr("Answer");
    case Check::Clock: return tr("Clock");
    case Check::Client: return finding.subject.isEmpty() ? tr("Settings", "of clients") : finding.subject;
    }
    Q_UNREACHABLE();
}

QString FindingWords::of(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Ok: return tr("Good");
    case Verdict::Warning: return tr("Warning");
    case Verdict::Problem: return tr("Problem");
    case Verdict::NotChecked: return tr("Not checked");
    }
    Q_UNREACHABLE();
}

Meaning FindingWords::meaningOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Ok: return Meaning::Success;
    case Verdict::Warning: return Meaning::Warning;
    case Verdict::Problem: return Meaning::Failure;
    case Verdict::NotChecked: return Meaning::Neutral;
    }
    Q_UNREACHABLE();
}

QString FindingWords::copyCommand()
{
    return tr("Copy the command");
}

QString FindingWords::title(const QList<Finding> &findings)
{
    const auto problems = static_cast<int>(countOf(Verdict::Problem, findings));
    const auto warnings = static_cast<int>(countOf(Verdict::Warning, findings));
    const QString wrong = tr("%n problem(s)", nullptr, problems);
    const QString doubtful = tr("%n warning(s)", nullptr, warnings);
    if (problems > 0 && warnings > 0)
        return tr("%1, %2", "problems, warnings").arg(wrong, doubtful);
    return problems > 0 ? wrong : warnings > 0 ? doubtful : tr("Nothing is wrong");
}

Meaning FindingWords::meaningOf(const QList<Finding> &findings)
{
    if (countOf(Verdict::Problem, findings) > 0)
        return Meaning::Failure;
    return countOf(Verdict::Warning, findings) > 0 ? Meaning::Warning : Meaning::Success;
}

QString FindingWords::unknown(const QList<Finding> &findings)
{
    const auto count = static_cast<int>(countOf(Verdict::NotChecked, findings));
    return count > 0 ? tr("%n thing(s) could not be checked.", nullptr, count) : QString();
}

QString FindingWords::text(const QList<Finding> &findings)
{
    QStringList lines;
    QString before;
    for (const Finding &finding : findings) {
        if (const QString next = heading(finding); next != before) {
            if (!lines.isEmpty())
                lines.append(QString());
            lines.append(next);
            before = next;
        }
        lines.append(u"  %1 %2: %3"_s.arg(Words::markOf(meaningOf(verdictOf(finding.kind))), label(finding), sentence(finding)));
        if (const QString step = nextStep(finding); !step.isEmpty())
            lines.append(u"    → "_s + step);
    }
    QString end = title(findings);
    if (const QString rest = unknown(findings); !rest.isEmpty())
        end += u". "_s + rest;
    lines << QString() << end;
    return lines.join(u'\n') + u'\n';
}

QStringList FindingWords::known()
{
    QStringList known;
    for (const char *pattern : patterns)
        known.append(QString::fromUtf8(pattern));
    return known;
}

} // namespace qcc
