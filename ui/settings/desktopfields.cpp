#include "ui/settings/desktopfields.h"

#include "ui/settings/settingedits.h"
#include "ui/settings/settingfield.h"
#include "ui/settings/settingsform.h"

#include <QComboBox>

#include <algorithm>

namespace qcc {

namespace {

constexpr int besideWords = 52; ///< In a box of choices.

// The segments stand in the order of these.
static_assert(Theme(0) == Theme::System && Theme(1) == Theme::Light && Theme(2) == Theme::Dark);
static_assert(TrayColours(0) == TrayColours::Automatic && TrayColours(1) == TrayColours::Light && TrayColours(2) == TrayColours::Dark
              && TrayColours(3) == TrayColours::Colour);

template <typename T>
void select(QComboBox *box, T value)
{
    const int index = box->findData(QVariant::fromValue(value));
    box->setCurrentIndex(std::max(0, index));
}

} // namespace

DesktopFields::DesktopFields(SettingsForm *form)
    : QObject(form)
    , m_login(new Switch)
    , m_language(new QComboBox)
    , m_theme(new Segments({tr("As the system"), tr("Light", "theme"), tr("Dark", "theme")}))
    , m_trayIcon(new Segments({tr("Automatic"), tr("Light", "tray icon"), tr("Dark", "tray icon"), tr("Colour", "tray icon")}))
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
    form->addField(new SettingField(tr("Start qcc when I log in"), m_login, tr("In the tray, without a window.")));
    connect(m_login, &Switch::clicked, this, &DesktopFields::startAtLoginChosen);
}

void DesktopFields::addAppearance(SettingsForm *form)
{
    form->addSection(tr("Appearance"));
    m_language->addItem(tr("As the system"), QString());
    // Each in its own words, for those who cannot read the one in use.
    m_language->addItem(QStringLiteral("English"), QStringLiteral("en"));
    m_language->addItem(QStringLiteral("简体中文"), QStringLiteral("zh_CN"));
    for (QComboBox *box : {m_leftClick, m_middleClick}) {
        box->addItem(tr("Open the panel"), static_cast<int>(ClickAction::OpenPanel));
        box->addItem(tr("Open the window"), static_cast<int>(ClickAction::OpenWindow));
        box->addItem(tr("Start or stop the proxy"), static_cast<int>(ClickAction::StartStop));
        box->addItem(tr("Open the menu"), static_cast<int>(ClickAction::OpenMenu));
        box->addItem(tr("Nothing", "happens on a click"), static_cast<int>(ClickAction::Nothing));
    }
    form->addField(new SettingField(tr("Language"), m_language), QStringLiteral("language 语言"));
    form->addField(new SettingField(tr("Theme"), m_theme));
    form->addField(new SettingField(tr("Tray icon"), m_trayIcon, tr("Light is for dark panels.")));
    form->addField(new SettingField(tr("Click on the tray icon"), m_leftClick, tr("Some desktops open the menu whatever is set here.")));
    form->addField(new SettingField(tr("Middle click"), m_middleClick));
    // Those of one card are equally wide, whatever style draws them.
    int widest = fieldWidth(m_language->font());
    for (const QComboBox *box : {m_language, m_leftClick, m_middleClick}) {
        for (int i = 0; i < box->count(); ++i)
            widest = std::max(widest, box->fontMetrics().horizontalAdvance(box->itemText(i)) + besideWords);
    }
    for (QComboBox *box : {m_language, m_leftClick, m_middleClick}) {
        box->setMinimumWidth(widest);
        connect(box, &QComboBox::activated, this, &DesktopFields::take);
    }
    for (Segments *choice : {m_theme, m_trayIcon})
        connect(choice, &Segments::chosen, this, &DesktopFields::take);
}

void DesktopFields::addNotices(SettingsForm *form)
{
    form->addSection(tr("Notifications"));
    const auto add = [&](Notice notice, const QString &label) {
        auto *button = new Switch;
        m_notices[static_cast<std::size_t>(notice)] = button;
        form->addField(new SettingField(label, button));
        connect(button, &Switch::clicked, this, &DesktopFields::take);
    };
    add(Notice::FailedOver, tr("An endpoint fails and others take over"));
    add(Notice::AllDown, tr("No endpoint answers any more"));
    add(Notice::Recovered, tr("Requests are served again"));
    add(Notice::KeyRejected, tr("An endpoint refuses its key, or has none"));
    add(Notice::PortInUse, tr("The proxy cannot start because its port is taken"));
}

void DesktopFields::setSettings(const TraySettings &settings)
{
    m_settings = settings;
    select(m_language, settings.language);
    m_theme->setCurrent(static_cast<int>(settings.theme));
    m_trayIcon->setCurrent(static_cast<int>(settings.trayIcon));
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
    chosen.theme = static_cast<Theme>(m_theme->current());
    chosen.trayIcon = static_cast<TrayColours>(m_trayIcon->current());
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
