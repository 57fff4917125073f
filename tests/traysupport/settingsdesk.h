#pragma once

#include "core/config/configparser.h"
#include "core/config/settings.h"
#include "tests/traysupport/shots.h"
#include "ui/settings/settingedits.h"
#include "ui/settings/settingfield.h"
#include "ui/settings/settingspage.h"

#include <QApplication>
#include <QComboBox>
#include <QJsonDocument>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

#include <memory>

namespace qcc::test {

using namespace Qt::StringLiterals;

inline QJsonObject jsonWith(const QString &section, const QString &key, const QJsonValue &value)
{
    QJsonObject json = defaultConfigJson();
    QJsonObject inner = json.value(section).toObject();
    inner.insert(key, value);
    // The two depend on each other, and are looked at one by one.
    if (key == u"open_s")
        inner.remove(u"max_open_s"_s);
    else if (key == u"max_open_s")
        inner.insert(u"open_s"_s, 1);
    json.insert(section, inner);
    return json;
}

inline ConfigSnapshot snapshotOf(const QJsonObject &json)
{
    const Result<Config> config = parseConfig(QJsonDocument(json).toJson());
    return config ? std::make_shared<const Config>(*config) : nullptr;
}

inline ProxyView runningAt(const QString &address)
{
    ProxyView view;
    view.state = ProxyState::Running;
    view.address = address;
    return view;
}

/// A page of settings on the screen, with hands: the file that it shows, and the changes that it asked for.
class SettingsDesk
{
public:
    SettingsDesk()
    {
        page.resize(800, 560);
        page.setConfig(snapshotOf(json));
        page.show();
        page.activateWindow();
    }

    QWidget *editorNamed(const QString &name) const
    {
        for (const SettingField *field : page.findChildren<SettingField *>()) {
            if (field->editor()->accessibleName() == name)
                return field->editor();
        }
        return nullptr;
    }
    template <typename T>
    T *named(const QString &text) const
    {
        for (T *widget : page.findChildren<T *>()) {
            if (widget->text().remove(u'&') == text)
                return widget;
        }
        return nullptr;
    }
    /// One of the choices of an editor that shows them side by side.
    QAbstractButton *choice(const QString &name, const QString &text) const
    {
        for (QAbstractButton *button : editorNamed(name)->findChildren<QAbstractButton *>()) {
            if (button->text() == text)
                return button;
        }
        return nullptr;
    }
    Switch *switchNamed(const QString &name) const { return qobject_cast<Switch *>(editorNamed(name)); }
    const SettingField *fieldNamed(const QString &name) const { return qobject_cast<const SettingField *>(editorNamed(name)->parentWidget()); }
    QString textOf(const QString &name) const
    {
        const QWidget *editor = editorNamed(name);
        if (const auto *box = qobject_cast<const NumberBox *>(editor))
            return box->text();
        if (const auto *box = qobject_cast<const QComboBox *>(editor))
            return box->currentText();
        if (const auto *choices = qobject_cast<const Segments *>(editor))
            return choices->button(choices->current())->text();
        const auto *text = qobject_cast<const QLineEdit *>(editor);
        return text ? text->text() : QString();
    }
    static QString faultOf(const QWidget *editor) { return qobject_cast<const SettingField *>(editor->parentWidget())->fault(); }
    QString faultOf(const QString &name) const { return faultOf(editorNamed(name)); }

    /// In place of what the editor holds.
    void type(const QString &name, const QString &text)
    {
        QWidget *editor = editorNamed(name);
        QWidget *focus = editor->focusPolicy() == Qt::NoFocus ? editor->findChild<QLineEdit *>() : editor;
        focus->setFocus();
        QTest::keyClick(focus, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(focus, Qt::Key_Delete);
        QTest::keyClicks(focus, text);
    }
    void leave() { page.focusFilter(); }

    ConfigChange lastChange() const { return changes.last().first().value<ConfigChange>(); }
    Result<void> applyLast() { return lastChange().apply(json); }

    void shoot(const QString &name)
    {
        // The height of what wraps follows with posted events, from the inside out.
        for (int i = 0; i < 5; ++i)
            QCoreApplication::processEvents();
        keepShot(page, name);
    }

    QJsonObject json = defaultConfigJson();
    SettingsPage page;
    QSignalSpy changes{&page, &SettingsPage::changeRequested};
};

} // namespace qcc::test
