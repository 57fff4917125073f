#include "ui/settings/proxyfields.h"

#include "ui/settings/configfields.h"
#include "ui/settings/settingedits.h"
#include "ui/settings/settingfield.h"
#include "ui/settings/settingsform.h"

#include <QCoreApplication>
#include <QJsonObject>

#include <chrono>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// The ranges are those that config.json is checked against.
class ProxyFields
{
    Q_DECLARE_TR_FUNCTIONS(ProxyFields)

public:
    ProxyFields(SettingsForm *form, ConfigFields *fields) : m_form(form), m_fields(fields) { }

    void addRetries();
    void addBreaker();
    void addConnections();
    void addModel();
    void addClients();
    void addLog();
    void addHistory();

private:
    static QString second() { return tr("s", "seconds"); }
    static QString megabyte() { return tr("MB", "megabytes"); }

    SettingsForm *m_form;
    ConfigFields *m_fields;
};

double inSeconds(std::chrono::milliseconds time)
{
    return static_cast<double>(time.count()) / 1000;
}

void ProxyFields::addRetries()
{
    m_form->addSection(tr("Failures and retries"));
    m_fields->addNumber(
        tr("Attempts per request:"), u"retry.max_attempts"_s, {1, 20}, [](const Config &c) { return c.retry.maxAttempts; },
        tr("At all endpoints together. With 1 nothing is tried again."));
    m_fields->addNumber(tr("Attempts per endpoint:"), u"retry.max_attempts_per_endpoint"_s, {1, 20},
                        [](const Config &c) { return c.retry.maxAttemptsPerEndpoint; });
    m_fields->addNumber(tr("Connect timeout:"), u"timeouts.connect_s"_s, {0.1, 600, second(), false},
                        [](const Config &c) { return inSeconds(c.timeouts.connect); });
    m_fields->addNumber(tr("With others to try:"), u"timeouts.connect_failover_s"_s, {0.1, 600, second(), false},
                        [](const Config &c) { return inSeconds(c.timeouts.connectFailover); },
                        tr("The connect timeout as long as another endpoint could serve the request instead."));
    m_fields->addNumber(tr("Read timeout:"), u"timeouts.read_s"_s, {0.1, 86'400, second(), false},
                        [](const Config &c) { return inSeconds(c.timeouts.read); },
                        tr("How long an endpoint may stay silent before and during its answer."));
    m_fields->addNumber(tr("Whole request:"), u"timeouts.total_s"_s, {0, 86'400, second(), false, tr("no limit")},
                        [](const Config &c) { return inSeconds(c.timeouts.total); });
}

void ProxyFields::addBreaker()
{
    m_form->addSection(tr("Breaker"));
    m_fields->addNumber(
        tr("Failures in a row:"), u"breaker.failures"_s, {1, 1'000}, [](const Config &c) { return c.breaker.failures; },
        tr("After so many an endpoint is left alone for a while."));
    m_fields->addNumber(tr("Window:"), u"breaker.window_s"_s, {1, 86'400, second()},
                        [](const Config &c) { return static_cast<double>(c.breaker.window.count()); },
                        tr("It is also left alone when more than half of at least ten attempts fail within this time."));
    NumberBox *open = m_fields->addNumber(tr("Left alone for:"), u"breaker.open_s"_s, {1, 86'400, second()},
                                          [](const Config &c) { return static_cast<double>(c.breaker.open.count()); });
    NumberBox *most = m_fields->addNumber(tr("At most:"), u"breaker.max_open_s"_s, {1, 86'400, second()},
                                          [](const Config &c) { return static_cast<double>(c.breaker.maxOpen.count()); },
                                          tr("The time doubles up to this while the endpoint goes on failing."));
    m_fields->setFault(u"breaker.open_s"_s, [open, most] {
        return open->value() > most->value() ? tr("This is more than the longest time below. Raise that one first.") : QString();
    });
    m_fields->setFault(u"breaker.max_open_s"_s, [open, most] {
        return open->value() > most->value() ? tr("This is less than the time above, which every endpoint is left alone for.")
                                             : QString();
    });
}

void ProxyFields::addConnections()
{
    m_form->addSection(tr("Connections"));
    m_fields->addNumber(
        tr("At once:"), u"pool.max_connections"_s, {1, 10'000}, [](const Config &c) { return c.pool.maxConnections; },
        tr("Further requests wait in line."));
    m_fields->addNumber(tr("Kept while idle:"), u"pool.max_keepalive_connections"_s, {0, 10'000, {}, true, tr("none")},
                        [](const Config &c) { return c.pool.maxKeepaliveConnections; });
    m_fields->addNumber(tr("Idle for at most:"), u"pool.keepalive_expiry_s"_s, {0, 86'400, second()},
                        [](const Config &c) { return static_cast<double>(c.pool.keepaliveExpiry.count()); });
    m_fields->addChoice(tr("Strategy:"), u"pool.strategy"_s, {tr("Adaptive"), tr("Fixed")},
                        {toWord(PoolStrategy::Adaptive), toWord(PoolStrategy::Fixed)},
                        [](const Config &c) { return toWord(c.pool.strategy); },
                        tr("Adaptive sends fewer requests at once to an endpoint that slows down or limits the rate."));
}

void ProxyFields::addModel()
{
    m_form->addSection(tr("Model"));
    auto *edit = new ModelEdit;
    edit->setAccessibleName(tr("Model"));
    const ConfigBinding binding{
        u"model"_s,
        tr("Model"),
        new SettingField(edit, tr("An endpoint may still map names to its own.")),
        [](const Config &c) {
            return QJsonValue(QJsonObject{{"mode"_L1, toWord(c.model.mode)}, {"override"_L1, c.model.override}});
        },
        [edit] {
            return QJsonValue(QJsonObject{{"mode"_L1, toWord(edit->mode())}, {"override"_L1, edit->name()}});
        },
        [edit](const QJsonValue &value) {
            edit->setModel(fromWord<ModelMode>(value["mode"_L1].toString()).value_or(ModelMode::Passthrough),
                           value["override"_L1].toString());
        },
        [](const QJsonValue &value) {
            return value["mode"_L1].toString() == toWord(ModelMode::Override) ? value["override"_L1].toString()
                                                                              : tr("as the client asks");
        },
        [edit] {
            return edit->mode() == ModelMode::Override && edit->name().isEmpty() ? tr("Enter the name of the model.") : QString();
        },
        true};
    m_fields->add(tr("Requests use:"), binding);
    QObject::connect(edit, &ModelEdit::edited, m_fields, &ConfigFields::check);
    QObject::connect(edit, &ModelEdit::finished, m_fields, [fields = m_fields] { fields->commit(u"model"_s); });
}

void ProxyFields::addClients()
{
    constexpr double megabyteBytes = 1024 * 1024;
    m_form->addSection(tr("Clients"));
    m_fields->addNumber(
        tr("Keep streams alive:"), u"client.sse_keepalive_s"_s, {0, 3'600, second(), true, tr("off", "a setting")},
        [](const Config &c) { return static_cast<double>(c.client.sseKeepalive.count()); },
        tr("After so much silence a comment goes into the stream, for clients that would give up."));
    m_fields->addNumber(tr("Largest request:"), u"client.max_body_mb"_s, {1, 2'047, megabyte()},
                        [](const Config &c) { return static_cast<double>(c.client.maxBodyBytes) / megabyteBytes; });
}

void ProxyFields::addLog()
{
    m_form->addSection(tr("Log"));
    m_fields->addChoice(
        tr("Level:"), u"log.level"_s, {tr("Everything"), tr("Info and above"), tr("Warnings and errors"), tr("Errors only")},
        {toWord(LogLevel::Debug), toWord(LogLevel::Info), toWord(LogLevel::Warning), toWord(LogLevel::Error)},
        [](const Config &c) { return toWord(c.log.level); }, tr("What is written from now on."));
    m_fields->addNumber(tr("Size of a file:"), u"log.max_mb"_s, {1, 1'024, megabyte()},
                        [](const Config &c) { return c.log.maxMb; });
    m_fields->addNumber(tr("Files kept:"), u"log.files"_s, {1, 100}, [](const Config &c) { return c.log.files; });
}

void ProxyFields::addHistory()
{
    m_form->addSection(tr("History"));
    m_fields->addSwitch(tr("Keep a history of requests"), u"history.enabled"_s, [](const Config &c) { return c.history.enabled; },
                        tr("Times, endpoints and outcomes; never what was asked or answered."));
    m_fields->addNumber(tr("Kept for:"), u"history.days"_s, {1, 3'650, tr("days")},
                        [](const Config &c) { return c.history.days; });
}

} // namespace

void addProxyFields(SettingsForm *form, ConfigFields *fields)
{
    ProxyFields sections(form, fields);
    sections.addRetries();
    sections.addBreaker();
    sections.addConnections();
    sections.addModel();
    sections.addClients();
    sections.addLog();
    sections.addHistory();
}

} // namespace qcc
