#pragma once

#include "core/base/enumwords.h"

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <array>

namespace qcc {

/// What is thought of one thing that was looked at. Problem: requests fail for it. Warning: some may, or it is not as its owner thinks.
#define QCC_VERDICTS(X)          \
    X(Ok, "ok")               \
    X(Warning, "warning")     \
    X(Problem, "problem")     \
    X(NotChecked, "not_checked")
QCC_ENUM_WITH_WORDS(Verdict, QCC_VERDICTS)

/// What is looked at, from the ground up: what comes later needs what comes before. Dns to Answer once for each endpoint; Answer where it is not the key
/// that is in the way.
#define QCC_CHECKS(X)                \
    X(Home, "home")                  \
    X(Config, "config")              \
    X(Permissions, "permissions")    \
    X(Endpoints, "endpoints")        \
    X(Port, "port")                  \
    X(ClientProxy, "client_proxy")   \
    X(Proxy, "proxy")                \
    X(Dns, "dns")                    \
    X(Connection, "connection")      \
    X(Tls, "tls")                    \
    X(Key, "key")                    \
    X(Answer, "answer")              \
    X(Clock, "clock")                \
    X(Client, "client")
QCC_ENUM_WITH_WORDS(Check, QCC_CHECKS)

/// Everything that can be found: name, word, mark, sentence, next step; %1, %2 … are the finding's values, in both. Another language has other words
/// for the same kinds and values. One word may have several: the finding is the same, and the next step another; AsSaid where it came with what was found.
// clang-format off
#define QCC_FINDINGS(X) \
    X(HomeNotOurs, "home_not_ours", Problem, "%1", "") \
    X(ConfigGood, "config_good", Ok, "%1 is good. Clusters: %2, endpoints: %3.", "") \
    X(ConfigMissing, "config_missing", Warning, "There is no %1 yet, so that every setting has its default.", \
      "The first endpoint that you add makes it.") \
    X(ConfigBad, "config_bad", Problem, "%1", "Mend it in an editor; `qcc config check` looks at it again.") \
    X(ConfigBadAsSaid, "config_bad", Problem, "%1", "%2") \
    X(SecretsPrivate, "secrets_private", Ok, "What holds keys is for you alone: %1.", "") \
    X(SecretsExposed, "secrets_exposed", Warning, "Others may read or change %1, which holds keys.", "chmod go= %2") \
    X(EndpointsReady, "endpoints_ready", Ok, "The active cluster is \"%1\". Enabled endpoints: %2.", "") \
    X(NoEndpoint, "no_endpoint", Problem, "No endpoint is set up, so that nobody can answer a request.", \
      "`qcc import` takes over those of other programs, `qcc endpoint add work --base-url URL --api-key-stdin` adds one, `qcc demo` needs none.") \
    X(NoActiveCluster, "no_active_cluster", Problem, "No cluster is active.", "qcc cluster use NAME") \
    X(NoneEnabled, "none_enabled", Problem, "No endpoint of the active cluster \"%1\" is enabled.", "qcc endpoint enable %1 NAME") \
    X(EndpointsUnknown, "endpoints_unknown", NotChecked, "Which endpoints there are is not known, because config.json cannot be used.", "") \
    X(PortAnswers, "port_answers", Ok, "qcc answers at %1 (process %2).", "") \
    X(PortMoved, "port_moved", Warning, "qcc listens at %1, but config.json says %2.", "qcc proxy restart --port %3") \
    X(PortSilent, "port_silent", Problem, "qcc runs (process %2), but a request to %1 fails: %3.", "qcc proxy restart --force") \
    X(PartsHang, "parts_hang", Problem, "Threads of qcc that hang: %1.", "qcc proxy restart") \
    X(Stopping, "stopping", Warning, "qcc is stopping.", "`qcc proxy start`, once it has stopped.") \
    X(Hangs, "hangs", Problem, "qcc runs (process %1), but does not answer commands.", \
      "`qcc proxy restart --force` ends it, with the requests that run there, and starts a new one.") \
    X(NotRunning, "not_running", Problem, "qcc does not run: nothing answers at %1.", "qcc proxy start") \
    X(PortHeld, "port_held", Problem, "qcc does not run, and %2 has its port (%1).", \
      "End that program, or choose another port: `qcc proxy start --port N`, or listen.port in config.json.") \
    X(PortHeldByQcc, "port_held_by_qcc", Problem, "A qcc with another home folder (process %2) has the port of this one (%1).", \
      "Stop that one, or choose another port: `qcc proxy start --port N`, or listen.port in config.json.") \
    X(PortUnknown, "port_unknown", NotChecked, "Whether qcc runs was not looked at.", "") \
    X(LoopbackDirect, "loopback_direct", Ok, "No proxy of the environment takes what clients send to %1.", "") \
    X(LoopbackCaught, "loopback_caught", Warning, "By the environment, clients send what is for %1 to the proxy %2.", "export no_proxy=%3") \
    X(ProxyVariableBad, "proxy_variable_bad", Warning, "What %1 says is no proxy, and counts for nothing.", \
      "It has the form http://host:port or socks5://host:port.") \
    X(NoProxy, "no_proxy", Ok, "qcc goes to its endpoints without a proxy.", "") \
    X(ProxyWorks, "proxy_works", Ok, "The proxy %1 leads to %2.", "") \
    X(ProxyFails, "proxy_fails", Problem, "%2 cannot be reached: %3.", \
      "Start or mend the proxy %1; or `qcc endpoint edit CLUSTER ENDPOINT --proxy none` has an endpoint go without.") \
    X(ProxyUnknown, "proxy_unknown", NotChecked, "Nobody was asked by way of the proxy %1.", "") \
    X(NameFound, "name_found", Ok, "%1 is %2 (%3 ms).", "") \
    X(NameLeftToProxy, "name_left_to_proxy", Ok, "The proxy %2 looks up %1.", "") \
    X(NameNotFound, "name_not_found", Problem, "%1: %2.", \
      "Look for a slip in the base URL (`qcc endpoint edit %3 %4 --base-url URL`), else at this computer's network and DNS.") \
    X(NoNetwork, "no_network", Problem, "This computer has no network.", "Connect it; nothing is held against the endpoints meanwhile.") \
    X(Connected, "connected", Ok, "%1 takes connections (%2 ms).", "") \
    X(NotConnected, "not_connected", Problem, "%1: %2.", \
      "Check the address (`qcc endpoint edit %3 %4 --base-url URL`), and whether a firewall is in the way.") \
    X(NotConnectedAsSaid, "not_connected", Problem, "%1: %2.", "%3") \
    X(StoppedByProxy, "not_connected", Problem, "%1: %2.", "See what is said of the proxy above.") \
    X(DemoStopped, "demo_stopped", Warning, "The demo does not run.", "`qcc demo` starts it, `qcc cluster remove demo` forgets it.") \
    X(TlsGood, "tls_good", Ok, "The certificate of %1 is good (%2 ms).", "") \
    X(TlsFailed, "tls_failed", Problem, "%1: %2.", \
      "Ask the endpoint's operator, or whoever runs the network: something may stand between.") \
    X(TlsFailedAsSaid, "tls_failed", Problem, "%1: %2.", "%3") \
    X(KeyAccepted, "key_accepted", Ok, "The endpoint answers HTTP %1 and takes the key (%2 ms).", "") \
    X(NoKeyNeeded, "no_key_needed", Ok, "The endpoint answers HTTP %1 without a key (%2 ms).", "") \
    X(KeyRefused, "key_refused", Problem, "%1.", "`qcc endpoint edit %2 %3 --api-key-stdin` sets another key.") \
    X(ClientsLogin, "clients_login", NotChecked, "The endpoint answers HTTP %1; the login that it takes is the client's own, which only the client sends.", \
      "Send a message with the client itself; it is connected by `qcc client connect CLIENT --login keep`.") \
    X(KeyUnusable, "key_unusable", Problem, "The endpoint is out of use: %1.", "`qcc endpoint edit %2 %3 --api-key-stdin` sets the key anew.") \
    X(KeyUnknown, "key_unknown", NotChecked, "The endpoint answers, but lists no models (HTTP %1), so that its key is not known to be good.", \
      "`qcc endpoint test %2 %3 --message` sends it a real request, which costs about a token.") \
    X(PathDoubtful, "path_doubtful", Warning, "The endpoint answers HTTP %1, and its base URL %2.", "qcc endpoint edit %3 %4 --base-url URL") \
    X(Limited, "limited", Warning, "The endpoint answers HTTP %1: it takes no more requests for now.", "Wait, or add an endpoint that stands in for it.") \
    X(Redirected, "redirected", Warning, "The endpoint sends elsewhere (HTTP %1): the API does not live at its base URL.", \
      "qcc endpoint edit %2 %3 --base-url URL") \
    X(OddAnswer, "odd_answer", Warning, "The endpoint answers HTTP %1.", \
      "`qcc endpoint test %2 %3 --message` sends it a real request, which costs about a token, and shows what it says.") \
    X(EndpointFails, "endpoint_fails", Problem, "%1.", \
      "Nothing to be done here: ask its operator. Until it is back, requests go to others of the cluster.") \
    X(EndpointFailsAsSaid, "endpoint_fails", Problem, "%1.", "%2") \
    X(LeftAlone, "left_alone", Warning, "The running proxy leaves the endpoint alone: %1.", "`qcc endpoint reset %2 %3` lets requests go there again.") \
    X(NotReached, "not_reached", NotChecked, "The endpoint was not reached.", "") \
    X(NotAsked, "not_asked", NotChecked, "The endpoint was not asked.", "`qcc doctor` without --offline asks it.") \
    X(NoTime, "no_time", NotChecked, "No time was left to ask the endpoint.", "qcc endpoint test %1 %2") \
    X(ClockRight, "clock_right", Ok, "This computer's clock agrees with that of %1.", "") \
    X(ClockAhead, "clock_ahead", Warning, "This computer's clock is %1 ahead of that of %2, so that certificates and pauses are misjudged.", \
      "Have it set by the network: `timedatectl set-ntp true`, or in the system's settings.") \
    X(ClockBehind, "clock_behind", Warning, "This computer's clock is %1 behind that of %2, so that certificates and pauses are misjudged.", \
      "Have it set by the network: `timedatectl set-ntp true`, or in the system's settings.") \
    X(ClockUnknown, "clock_unknown", NotChecked, "No endpoint has told the time.", "") \
    X(ClientHere, "client_here", Ok, "It asks this qcc: %1 in %2.", "") \
    X(ClientByTls, "client_by_tls", Problem, "It asks %1 in %2, and qcc speaks http, not https.", "Write %3 there.") \
    X(ClientElsewhere, "client_elsewhere", Warning, "It asks %1 and not this qcc, by %2.", "Write %3 there, if it is to go through qcc.") \
    X(ClientDirect, "client_direct", Ok, "It asks its vendor and not this qcc: %1 names no address.", "") \
    X(ClientUnreadable, "client_unreadable", Warning, "%1: %2.", "") \
    X(NoClientHere, "no_client_here", Warning, "No client is set to ask this qcc.", "Connect one: qcc client connect NAME; qcc client list shows who is there.") \
    X(NoClient, "no_client", NotChecked, "No settings of a client were found for this user.", "Set its base URL to %1 (ANTHROPIC_BASE_URL=%1).")
// clang-format on

#define QCC_FINDING_NAME(name, word, mark, sentence, step) name,
#define QCC_FINDING_WORD(name, word, mark, sentence, step) QLatin1String(word),
enum class FindingKind { QCC_FINDINGS(QCC_FINDING_NAME) };
template <>
struct EnumTable<FindingKind> {
    using enum FindingKind;
    static constexpr std::array values{QCC_FINDINGS(QCC_FINDING_NAME)};
    static constexpr std::array words{QCC_FINDINGS(QCC_FINDING_WORD)};
};

/// One thing that was looked at, and what was found.
struct Finding {
    Check check = Check::Home;
    FindingKind kind = FindingKind::NotReached;
    QString subject = {};     ///< "work/relay-a" of an endpoint, "Codex" of a client; else empty.
    QStringList values = {};  ///< What its words are about. May be somebody else's words.

    bool operator==(const Finding &) const = default;
};

Verdict verdictOf(FindingKind kind);
/// Says a pattern of QCC_FINDINGS in some language, with its "%1", "%2" ….
using PatternWords = QString (*)(const char *pattern);
QString inEnglish(const char *pattern);
/// What was found.
QString sentence(const Finding &finding, PatternWords words = inEnglish);
/// What to do about it: a command or a sentence; empty where there is nothing to do.
QString nextStep(const Finding &finding, PatternWords words = inEnglish);
/// "2 problems, 1 warning"; "Nothing is wrong."
QString summary(const QList<Finding> &findings);
bool hasProblem(const QList<Finding> &findings);

/// "checks", each with "check", "subject", "mark", "finding", "text" and "next_step", and how many there are of each mark.
QJsonObject findingsJson(const QList<Finding> &findings);

} // namespace qcc
