#include "ui/settings/configfields.h"

#include "core/config/configedit.h"
#include "core/config/settings.h"
#include "ui/settings/settingfield.h"
#include "ui/settings/settingsform.h"
#include "ui/widgets/plaintext.h"

#include <QApplication>
#include <QStringList>

#include <algorithm>
#include <utility>

namespace qcc {

namespace {

bool hasFocusIn(const QWidget *widget)
{
    const QWidget *focus = QApplication::focusWidget();
    return focus && (focus == widget || widget->isAncestorOf(focus));
}

/// Undefined where nothing is there.
QJsonValue valueAt(const QJsonObject &config, const QString &path)
{
    QJsonValue value = config;
    for (const QString &key : path.split(QLatin1Char('.')))
        value = value.toObject().value(key);
    return value;
}

/// Sets `path` ("timeouts.read_s") to `value`; of an object each key by itself, so that those it does not name stay. The way back
/// writes what was there, or takes away what was not.
ConfigChange settingChange(const QString &path, const QJsonValue &value, const QString &done)
{
    QList<std::pair<QString, QJsonValue>> values;
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            values.append({path + QLatin1Char('.') + it.key(), it.value()});
    } else {
        values.append({path, value});
    }
    const auto write = [values](QJsonObject &config, const auto &valueOf) -> Result<void> {
        for (const auto &[key, wanted] : values) {
            const Result<void> set = setValue(config, key, valueOf(key, wanted));
            if (!set)
                return set;
        }
        return {};
    };
    return {
        [write](QJsonObject &config) { return write(config, [](const QString &, const QJsonValue &wanted) { return wanted; }); },
        done,
        [write](QJsonObject &config, const QJsonObject &before) {
            return write(config, [&before](const QString &key, const QJsonValue &) { return valueAt(before, key); });
        },
        ConfigFields::tr("The setting is as it was")};
}

} // namespace

ConfigFields::ConfigFields(SettingsForm *form, QObject *parent)
    : QObject(parent)
    , m_form(form)
{
}

QString ConfigFields::unitWords(SettingUnit unit)
{
    switch (unit) {
    case SettingUnit::None:
        return {};
    case SettingUnit::Seconds:
        return tr("s", "seconds");
    case SettingUnit::Megabytes:
        return tr("MB", "megabytes");
    case SettingUnit::Days:
        return tr("days");
    }
    Q_UNREACHABLE();
}

NumberBox *ConfigFields::addNumber(const QString &label, const QString &path, const QString &caption, const QString &lowestWord)
{
    const Setting &setting = settingAt(path);
    auto *box = new NumberBox({setting.rule.low, setting.rule.high, unitWords(setting.rule.unit), setting.kind == SettingKind::Whole, lowestWord});
    add({path, label, new SettingField(label, box, caption),
         [box] { return QJsonValue(box->value()); },
         [box](const QJsonValue &value) { box->setValue(value.toDouble()); },
         [box](const QJsonValue &value) { return box->wordsFor(value.toDouble()); }, {}, true});
    connect(box, &NumberBox::valueChanged, this, &ConfigFields::check);
    connect(box, &NumberBox::editingFinished, this, [this, path] { commit(path); });
    return box;
}

void ConfigFields::addChoice(const QString &label, const QString &path, const ChoiceEdit::Choices &choices, const QString &caption)
{
    auto *edit = new ChoiceEdit(choices);
    add({path, label, new SettingField(label, edit, caption),
         [edit] { return QJsonValue(edit->value()); },
         [edit](const QJsonValue &value) { edit->setValue(value.toString()); },
         [edit](const QJsonValue &value) { return edit->wordsFor(value.toString()); }});
    connect(edit, &ChoiceEdit::chosen, this, [this, path] { commit(path); });
}

void ConfigFields::addSwitch(const QString &label, const QString &path, const QString &caption)
{
    auto *button = new Switch;
    add({path, label, new SettingField(label, button, caption),
         [button] { return QJsonValue(button->isChecked()); },
         [button](const QJsonValue &value) { button->setChecked(value.toBool()); },
         [](const QJsonValue &value) { return value.toBool() ? tr("on", "a setting") : tr("off", "a setting"); }});
    connect(button, &Switch::clicked, this, [this, path] { commit(path); });
}

void ConfigFields::add(const ConfigBinding &binding)
{
    const QJsonValue standard = configValue(Config(), binding.path);
    const QString inWords = binding.words ? binding.words(standard) : QString();
    setPlainToolTip(binding.field->editor(),
                    inWords.isEmpty() ? tr("%1 in config.json", "a key").arg(binding.path)
                                      : tr("Default: %1. %2 in config.json", "value, key").arg(inWords, binding.path));
    m_form->addField(binding.field, binding.path);
    m_entries.push_back({binding, standard, standard});
    show(m_entries.back());
}

void ConfigFields::setFault(const QString &path, const std::function<QString()> &fault)
{
    find(path)->binding.fault = fault;
}

void ConfigFields::check()
{
    for (Entry &entry : m_entries) {
        if (entry.binding.edited() != entry.refused)
            entry.refusal.clear();
        const QString fault = entry.fault();
        entry.binding.field->setFault(fault.isEmpty() ? entry.refusal : fault);
    }
}

void ConfigFields::commit(const QString &path)
{
    check();
    ask(*find(path));
    // What waited for this may be right now: a host for its token.
    for (Entry &entry : m_entries) {
        if (!hasFocusIn(entry.binding.field))
            ask(entry);
    }
    check();
}

void ConfigFields::ask(Entry &entry)
{
    if (!entry.isTouched() || !entry.fault().isEmpty() || !entry.refusal.isEmpty())
        return;
    const QJsonValue value = entry.binding.edited();
    entry.base = value;
    m_lastAsked = entry.binding.path;
    const QString words = entry.binding.words ? entry.binding.words(value) : QString();
    Q_EMIT changeRequested(settingChange(entry.binding.path, value,
                                         words.isEmpty()
                                             ? tr("%1 changed", "a setting").arg(entry.binding.name)
                                             : tr("%1: %2", "a setting, its new value").arg(entry.binding.name, words)));
}

void ConfigFields::setConfig(const Config &config)
{
    for (Entry &entry : m_entries) {
        const QJsonValue value = configValue(config, entry.binding.path);
        if (value == entry.known)
            continue;
        entry.known = value;
        // Nobody's typing is interrupted.
        if (!entry.isTouched() || !hasFocusIn(entry.binding.field))
            show(entry);
    }
    check();
}

void ConfigFields::setEditable(bool editable)
{
    for (const Entry &entry : m_entries)
        entry.binding.field->editor()->setEnabled(editable);
}

void ConfigFields::refuse(const QString &why)
{
    Entry *entry = find(m_lastAsked);
    if (!entry)
        return;
    if (entry->binding.keepsRefused) {
        entry->refused = entry->base;
        entry->base = entry->known;
    } else {
        show(*entry);
        entry->refused = entry->base;
    }
    entry->refusal = tr("Not saved: %1").arg(why);
    check();
}

void ConfigFields::show(Entry &entry)
{
    entry.binding.show(entry.known);
    entry.base = entry.binding.edited();
    entry.refusal.clear();
}

ConfigFields::Entry *ConfigFields::find(const QString &path)
{
    const auto found = std::ranges::find_if(m_entries, [&path](const Entry &entry) { return entry.binding.path == path; });
    return found == m_entries.end() ? nullptr : &*found;
}

} // namespace qcc
