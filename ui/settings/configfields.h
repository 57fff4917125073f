#pragma once

#include "core/config/settingrow.h"
#include "ui/model/configchange.h"
#include "ui/settings/settingedits.h"

#include <QJsonValue>
#include <QList>
#include <QObject>

#include <functional>
#include <utility>
#include <vector>

namespace qcc {

class SettingField;
class SettingsForm;

/// What joins an editor to a key of config.json.
struct ConfigBinding {
    QString path; ///< "timeouts.read_s", or a section whose keys the value holds.
    QString name; ///< As the user is told what was done.
    SettingField *field = nullptr;
    std::function<QJsonValue()> edited;
    std::function<void(const QJsonValue &)> show;
    std::function<QString(const QJsonValue &)> words; ///< The value for the user; null: not to be told.
    std::function<QString()> fault = {};              ///< Why what is in the editor cannot be taken; null or empty: nothing.
    bool keepsRefused = false;                        ///< Typed text stays for correction; what was chosen goes back.
};

/// The editors of config.json: each shows what is configured, and asks for a change when it is left with something else in it.
class ConfigFields : public QObject
{
    Q_OBJECT

public:
    explicit ConfigFields(SettingsForm *form, QObject *parent = nullptr);

    /// `path` is that of a setting: its bounds, its unit and its default come from there. `lowestWord`: see NumberRange.
    NumberBox *addNumber(const QString &label, const QString &path, const QString &caption = {}, const QString &lowestWord = {});
    /// `choices` are what config.json writes, each with the words for the user, in the order of the list.
    void addChoice(const QString &label, const QString &path, const ChoiceEdit::Choices &choices, const QString &caption = {});
    void addSwitch(const QString &label, const QString &path, const QString &caption = {});
    /// For any other editor: the caller connects it to check() and commit().
    void add(const ConfigBinding &binding);
    /// The row of a binding that was added before.
    SettingField *field(const QString &path) { return find(path)->binding.field; }
    /// Of a binding that was added before.
    void setFault(const QString &path, const std::function<QString()> &fault);

    /// Says what is wrong, as one types.
    void check();
    /// `path` was left.
    void commit(const QString &path);

    void setConfig(const Config &config);
    void setEditable(bool editable);
    /// The last change was not taken.
    void refuse(const QString &why);

Q_SIGNALS:
    void changeRequested(const qcc::ConfigChange &change);

private:
    static QString unitWords(SettingUnit unit);

    struct Entry {
        ConfigBinding binding;
        QJsonValue known; ///< What is configured.
        QJsonValue base;  ///< What the editor showed before it was touched, or what was asked for since.
        QString refusal = {};     ///< Why the last change was not taken, as long as the editor holds `refused`.
        QJsonValue refused = {};
        bool isTouched() const { return binding.edited() != base; }
        QString fault() const { return isTouched() && binding.fault ? binding.fault() : QString(); }
    };
    Entry *find(const QString &path);
    void show(Entry &entry);
    void ask(Entry &entry);

    SettingsForm *m_form;
    std::vector<Entry> m_entries;
    QString m_lastAsked; ///< A path.
};

/// The sections of config.json that stand by themselves, from retries to history: proxyfields.cpp.
void addProxyFields(SettingsForm *form, ConfigFields *fields);

} // namespace qcc
