#include "ui/settings/desktopfields.h"

#include "ui/settings/settingfield.h"
#include "ui/settings/settingsform.h"

#include <QCheckBox>
#include <QComboBox>

namespace qcc {

namespace {

template <typename T>
void select(QComboBox *box, T value)
{
    const int index = box->findData(QVariant::fromValue(value));
    box->setCurrentIndex(std::max(0, index));
}

} // namespace

DesktopFields::DesktopFields(SettingsForm *form)
    : QObject(form)
    , m_login(new QCheckBox(tr("Start qcc when I log in")))
    , m_language(new QComboBox)
    , m_theme(new QComboBox)
    , m_trayIcon(new QComboBox)
    , m_leftClick(new QComboBox)
    , m_middleClick(new QComboBox)
{
    addStartup(form);
    addAppearance(form);
    addNotices(form);
    setSettings(m_settings);
}

void DesktopFields::addStartup(SettingsForm *form)
{
    form->addSection(tr("Startup"));
    form->addField({}, new SettingField(m_login, tr("In the tray, without a window.")));
    connect(m_login, &QCheckBox::clicked, this, &DesktopFields::startAtLoginChosen);
}

void DesktopFields::addAppearance(SettingsForm *form)
{
    form->addSection(tr("Appearance"));
    m_language->addItem(tr("As the system"), QString());
    // Each in its own words, for those who cannot read the one in use.
    m_language->addItem(QStringLiteral("English"), QStringLiteral("en"));
    m_language->addItem(QStringLiteral("简体中文"), QStringLiteral("zh_CN"));
    m_theme->addItem(tr("As the system"), static_cast<int>(Theme::System));
    m_theme->addItem(tr("Light", "theme"), static_cast<int>(Theme::Light));
    m_theme->addItem(tr("Dark", "theme"), static_cast<int>(Theme::Dark));
    m_trayIcon->addItem(tr("Automatic"), static_cast<int>(TrayColours::Automatic));
    m_trayIcon->addItem(tr("Light, for dark panels"), static_cast<int>(TrayColours::Light));
    m_trayIcon->addItem(tr("Dark, for light panels"), static_cast<int>(TrayColours::Dark));
    m_trayIcon->addItem(tr("With colour"), static_cast<int>(TrayColours::Colour));
    for (QComboBox *box : {m_leftClick, m_middleClick}) {
        box->addItem(tr("Open the window"), static_cast<int>(ClickAction::OpenWindow));
        box->addItem(tr("Start or stop the proxy"), static_cast<int>(ClickAction::StartStop));
        box->addItem(tr("Open the menu"), static_cast<int>(ClickAction::OpenMenu));
        box->addItem(tr("Nothing", "happens on a click"), static_cast<int>(ClickAction::Nothing));
    }
    form->addField(tr("Language:"), new SettingField(m_language, {}), QStringLiteral("language 语言"));
    form->addField(tr("Theme:"), new SettingField(m_theme, {}));
    form->addField(tr("Tray icon:"), new SettingField(m_trayIcon, tr("Not every desktop tells how bright its panel is.")));
    form->addField(tr("Click on the tray icon:"),
                   new SettingField(m_leftClick, tr("Some desktops open the menu whatever is set here.")));
    form->addField(tr("Middle click:"), new SettingField(m_middleClick, {}));
    for (QComboBox *box : {m_language, m_theme, m_trayIcon, m_leftClick, m_middleClick})
        connect(box, &QComboBox::activated, this, &DesktopFields::take);
}

void DesktopFields::addNotices(SettingsForm *form)
{
    form->addSection(tr("Notifications"));
    const auto add = [&](Notice notice, const QString &label, const QString &text) {
        auto *box = new QCheckBox(text);
        m_notices[static_cast<std::size_t>(notice)] = box;
        form->addField(label, new SettingField(box, {}));
        connect(box, &QCheckBox::clicked, this, &DesktopFields::take);
    };
    add(Notice::FailedOver, tr("Tell me when:"), tr("an endpoint fails and others take over"));
    add(Notice::AllDown, {}, tr("no endpoint answers any more"));
    add(Notice::Recovered, {}, tr("requests are served again"));
    add(Notice::KeyRejected, {}, tr("an endpoint refuses its key"));
    add(Notice::PortInUse, {}, tr("the proxy cannot start because its port is taken"));
}

void DesktopFields::setSettings(const TraySettings &settings)
{
    m_settings = settings;
    select(m_language, settings.language);
    select(m_theme, static_cast<int>(settings.theme));
    select(m_trayIcon, static_cast<int>(settings.trayIcon));
    select(m_leftClick, static_cast<int>(settings.leftClick));
    select(m_middleClick, static_cast<int>(settings.middleClick));
    for (std::size_t i = 0; i < m_notices.size(); ++i)
        m_notices[i]->setChecked(settings.notices[i]);
}

void DesktopFields::setStartsAtLogin(bool on)
{
    m_login->setChecked(on);
}

void DesktopFields::take()
{
    TraySettings chosen = m_settings;
    chosen.language = m_language->currentData().toString();
    chosen.theme = static_cast<Theme>(m_theme->currentData().toInt());
    chosen.trayIcon = static_cast<TrayColours>(m_trayIcon->currentData().toInt());
    chosen.leftClick = static_cast<ClickAction>(m_leftClick->currentData().toInt());
    chosen.middleClick = static_cast<ClickAction>(m_middleClick->currentData().toInt());
    for (std::size_t i = 0; i < m_notices.size(); ++i)
        chosen.notices[i] = m_notices[i]->isChecked();
    if (chosen == m_settings)
        return;
    m_settings = chosen;
    Q_EMIT settingsChanged(chosen);
}

} // namespace qcc
