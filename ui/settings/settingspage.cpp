#include "ui/settings/settingspage.h"

#include "ui/model/words.h"
#include "ui/settings/addressfields.h"
#include "ui/settings/configfields.h"
#include "ui/settings/desktopfields.h"
#include "ui/settings/settingsform.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QHBoxLayout>
#include <QKeySequence>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>

namespace qcc {

SettingsPage::SettingsPage(QWidget *parent)
    : QWidget(parent)
    , m_filter(new QLineEdit)
    , m_fault(new TextLabel)
    , m_form(new SettingsForm)
    , m_fields(new ConfigFields(m_form, this))
    , m_address(new AddressFields(m_form, m_fields))
    , m_desktop(new DesktopFields(m_form))
{
    addProxyFields(m_form, m_fields);

    m_filter->setPlaceholderText(tr("Search the settings"));
    m_filter->setAccessibleName(tr("Search the settings"));
    setPlainToolTip(m_filter, QKeySequence(QKeySequence::Find).toString(QKeySequence::NativeText));
    m_filter->setClearButtonEnabled(true);
    auto *open = new QPushButton(tr("Open config.&json"));
    setPlainToolTip(open, tr("For what is not on this page, such as retry_statuses and affinity"));
    auto *head = new QHBoxLayout;
    head->setContentsMargins(metrics::edge, metrics::edge, metrics::edge, 0);
    head->setSpacing(metrics::unit);
    head->addWidget(m_filter, 1);
    head->addWidget(open);

    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    // The form is no wider than it reads well, and its height follows from its own width, which a scroll area would not ask for.
    auto *content = new QWidget;
    auto *row = new QHBoxLayout(content);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_form, 1, Qt::AlignTop);
    row->addStretch();
    scroll->setWidget(content);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::edge);
    column->addLayout(head);
    column->addWidget(m_fault);
    column->addWidget(scroll, 1);
    m_fault->setWordWrap(true);
    m_fault->setContentsMargins(metrics::edge, 0, metrics::edge, 0);
    m_fault->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_fault->hide();

    connect(m_filter, &QLineEdit::textChanged, this, [this, scroll](const QString &text) {
        m_form->filter(text);
        scroll->verticalScrollBar()->setValue(0);
    });
    connect(open, &QPushButton::clicked, this, &SettingsPage::openConfigRequested);
    connect(m_fields, &ConfigFields::changeRequested, this, &SettingsPage::changeRequested);
    connect(m_address, &AddressFields::restartRequested, this, &SettingsPage::restartRequested);
    connect(m_desktop, &DesktopFields::settingsChanged, this, &SettingsPage::traySettingsChanged);
    connect(m_desktop, &DesktopFields::startAtLoginChosen, this, &SettingsPage::startAtLoginChosen);
}

void SettingsPage::setConfig(const ConfigSnapshot &config)
{
    if (!config || config == m_config)
        return;
    m_config = config;
    m_fields->setConfig(*config);
    m_address->setConfig(*config);
}

void SettingsPage::setView(const ProxyView &view)
{
    if (view.configFault != m_configFault) {
        m_configFault = view.configFault;
        const bool good = m_configFault.isEmpty();
        m_fields->setEditable(good);
        m_fault->setVisible(!good);
        m_fault->setText(Words::markOf(Meaning::Failure) + u' ' + m_configFault + u' '
                         + tr("What is kept in config.json can be changed here again once the file is corrected."));
    }
    m_address->setView(view);
}

void SettingsPage::setTraySettings(const TraySettings &settings)
{
    m_desktop->setSettings(settings);
}

void SettingsPage::setStartsAtLogin(bool on)
{
    m_desktop->setStartsAtLogin(on);
}

void SettingsPage::editRefused(const QString &why)
{
    m_fields->refuse(why);
}

bool SettingsPage::clearFilter()
{
    const bool filters = !m_filter->text().isEmpty();
    m_filter->clear();
    return filters;
}

void SettingsPage::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

} // namespace qcc
