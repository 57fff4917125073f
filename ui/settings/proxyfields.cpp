#include "ui/settings/configfields.h"

#include "ui/settings/settingedits.h"
#include "ui/settings/settingfield.h"
#include "ui/settings/settingsform.h"

#include <QCoreApplication>
#include <QJsonObject>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// A line for a setting: what it is called, and what it means. All else is known of its path.
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
    SettingsForm *m_form;
    ConfigFields *m_fields;
};

void ProxyFields::addRetries()
{
    m_form->addSection(tr("Failures and retries"));
    m_fields->addNumber(tr("Attempts per request"), u"retry.max_attempts"_s,
                        tr("At all endpoints together. With 1 nothing is tried again."));
    m_fields->addNumber(tr("Attempts per endpoint"), u"retry.max_attempts_per_endpoint"_s);
    m_fields->addNumber(tr("Connect timeout"), u"timeouts.connect_s"_s);
    m_fields->addNumber(tr("With others to try"), u"timeouts.connect_failover_s"_s,
                        tr("The connect timeout as long as another endpoint could serve the request instead."));
    m_fields->addNumber(tr("Read timeout"), u"timeouts.read_s"_s,
                        tr("How long an endpoint may stay silent before and during its answer."));
    m_fields->addNumber(tr("Whole request"), u"timeouts.total_s"_s, {}, tr("No limit"));
}

void ProxyFields::addBreaker()
{
    m_form->addSection(tr("Breaker"));
    m_fields->addNumber(tr("Failures in a row"), u"breaker.failures"_s, tr("After so many an endpoint is left alone for a while."));
    m_fields->addNumber(tr("Window"), u"breaker.window_s"_s,
                        tr("It is also left alone when more than half of at least ten attempts fail within this time."));
    NumberBox *open = m_fields->addNumber(tr("Left alone for"), u"breaker.open_s"_s);
    NumberBox *most = m_fields->addNumber(tr("At most"), u"breaker.max_open_s"_s,
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
    m_fields->addNumber(tr("At once"), u"pool.max_connections"_s, tr("Further requests wait in line."));
    m_fields->addNumber(tr("Kept while idle"), u"pool.max_keepalive_connections"_s, {}, tr("None"));
    m_fields->addNumber(tr("Idle for at most"), u"pool.keepalive_expiry_s"_s);
    m_fields->addChoice(tr("Strategy"), u"pool.strategy"_s,
                        {{toWord(PoolStrategy::Adaptive), tr("Adaptive")}, {toWord(PoolStrategy::Fixed), tr("Fixed")}},
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
        new SettingField(tr("Requests use"), edit, tr("An endpoint may still map names to its own.")),
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
    m_fields->add(binding);
    QObject::connect(edit, &ModelEdit::edited, m_fields, &ConfigFields::check);
    QObject::connect(edit, &ModelEdit::finished, m_fields, [fields = m_fields] { fields->commit(u"model"_s); });
}

void ProxyFields::addClients()
{
    m_form->addSection(tr("Clients"));
    m_fields->addNumber(tr("Keep streams alive"), u"client.sse_keepalive_s"_s,
                        tr("After so much silence a comment goes into the stream, for clients that would give up."), tr("Off", "a setting"));
    m_fields->addNumber(tr("Largest request"), u"client.max_body_mb"_s);
}

void ProxyFields::addLog()
{
    m_form->addSection(tr("Log"));
    m_fields->addChoice(tr("Level"), u"log.level"_s,
                        {{toWord(LogLevel::Debug), tr("Everything")},
                         {toWord(LogLevel::Info), tr("Info")},
                         {toWord(LogLevel::Warning), tr("Warnings")},
                         {toWord(LogLevel::Error), tr("Errors")}},
                        tr("This and what is worse is written from now on."));
    m_fields->addNumber(tr("Size of a file"), u"log.max_mb"_s);
    m_fields->addNumber(tr("Files kept"), u"log.files"_s);
}

void ProxyFields::addHistory()
{
    m_form->addSection(tr("History"));
    m_fields->addSwitch(tr("Keep a history of requests"), u"history.enabled"_s,
                        tr("Times, endpoints and outcomes; never what was asked or answered."));
    m_fields->addNumber(tr("Kept for"), u"history.days"_s);
    m_fields->addSwitch(tr("Keep what went wrong in words"), u"history.words"_s,
                        tr("Errors as endpoints put them, without keys; they may quote a request."));
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
